"""signing.py - what this host writes itself is signed, too"""

import json
import re

import report
import server
import site_net as net
from report import test

try:
    import dkim
except ImportError:
    dkim = None


def published(site):
    """{name: key record} that `postroom doctor` would have set."""
    parts = json.loads(site.run("doctor", "--no-ports", "--json", "example.test").stdout)
    lines = [one["set"] for part in parts for one in part["findings"] if one["check"] == "DKIM"]
    return {line.split(" IN TXT")[0].strip(): "".join(re.findall(r'"([^"]*)"', line)) for line in lines}


@test
def reports_are_signed():
    """by the domain above the host's name, with both keys; dkimpy verifies it"""
    if not dkim:
        report.skip("no python3-dkim")
    site, names = net.sending_site({"null.test": {"MX": (0, "")}}, net.free_port())
    site.config["domain example.test"] = {"dkim-selector": ["postroom-rsa", "postroom-ed"]}
    with names, site.serve() as running:
        keys = published(site)
        assert len(keys) == 2, keys
        net.submit(running, ["ann@null.test"])
        octets = server.wait_until(lambda: net.first_message(running), 20, "the report")
        header = octets.split(b"\r\n\r\n")[0]  # the mail that comes back is signed, too
        assert header.count(b"\nDKIM-Signature:") == 2, octets[:2000]
        assert b"d=example.test" in octets and b"From: Mail delivery <MAILER-DAEMON@mail.example.test>" in octets
        for index in range(2):
            verifier = dkim.DKIM(octets)
            assert verifier.verify(index, dnsfunc=lambda name, timeout=5: keys[name.decode()].encode()), octets[:2000]
