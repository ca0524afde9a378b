"""functions.py - the page's functions without a page, run by node"""

import os
import shutil
import subprocess
import tempfile

import server
from report import skip, test

HERE = os.path.dirname(os.path.abspath(__file__))


@test
def pure_functions():
    """functions.mjs, beside a copy of the modules that node takes for such."""
    node = shutil.which("node")
    if not node:
        skip("no node")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(os.path.join(server.ROOT, "web"), os.path.join(folder, "web"))
        shutil.copy(os.path.join(HERE, "functions.mjs"), folder)
        with open(os.path.join(folder, "package.json"), "w", encoding="utf-8") as file:
            file.write('{"type": "module"}')
        done = subprocess.run([node, "functions.mjs"], cwd=folder, capture_output=True, encoding="utf-8", timeout=60,
                              env={**os.environ, "TZ": "UTC"})
    assert done.returncode == 0, done.stderr[-2000:]
