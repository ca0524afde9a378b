"""terminal.py - a program that wants a terminal: keys go in, what it draws comes out

    with Terminal("alpine", "-i", folder=home) as screen:
        screen.wait("PASSWORD:")
        screen.type("secret\\r")
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

import client

SECONDS = 40
QUIET_SECONDS = 0.2
LINES, COLUMNS = 40, 140
CONTROLS = re.compile(rb"\x1b(?:[\[][0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78DEHM])|[\x00\x0e\x0f]")


class Terminal:
    """It must have ended with status 0 by the end of the `with`."""

    def __init__(self, *arguments, folder, env=None):
        self.ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.name, self.drawn, self.seen = arguments[0], b"", 0
        self.process = subprocess.Popen(
            [client.program(arguments[0]), *arguments[1:]], stdin=its, stdout=its, stderr=its, cwd=folder,
            env={**os.environ, "HOME": folder, "TERM": "vt100", "LC_ALL": "C.UTF-8", **(env or {})})
        os.close(its)

    def text(self, start=0):
        """What it has drawn, without where."""
        return CONTROLS.sub(b"", self.drawn[start:]).decode(errors="replace")

    def type(self, keys):
        """What is drawn from now on is what wait() looks at."""
        self.seen = len(self.drawn)
        os.write(self.ours, keys.encode())

    def wait(self, *choice):
        """Until it has drawn one of them and is quiet: what is typed before, some throw away."""
        words = " or ".join(choice)
        end = time.monotonic() + SECONDS
        while not any(one in self.text(self.seen) for one in choice):
            assert time.monotonic() < end and self._read(0.2), \
                f"{self.name} does not show {words!r}: {self.text(self.seen)[-1500:]!r}"
        drawn = None
        while drawn != len(self.drawn):
            drawn = len(self.drawn)
            self._read(QUIET_SECONDS)

    def wait_for_end(self):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self._read(0.2):
            pass
        try:
            status = self.process.wait(max(1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            status = "no end"
        assert status == 0, f"{self.name}: {status}: {self.text()[-1500:]!r}"

    def _read(self, seconds):
        """False: the terminal's other side is closed."""
        try:
            if select.select([self.ours], [], [], seconds)[0]:
                self.drawn += os.read(self.ours, 65536)
        except OSError:
            return False
        return True

    def __enter__(self):
        return self

    def __exit__(self, kind, _value, _traceback):
        try:
            if kind is None:
                self.wait_for_end()
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            os.close(self.ours)
        return False
