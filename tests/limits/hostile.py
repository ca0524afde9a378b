"""hostile.py - what the tests of limits share: a server that others are served by all the while"""

import contextlib
import re

import server
from wire import Closed, Imap, Pop3, Smtp, Wire

JO = "jo@example.test"
MAIL = b"From: a@x.test\r\nSubject: small\r\n\r\nbody\r\n"
PROTOCOLS = {"smtp": Smtp, "submission": Smtp, "imap": Imap, "pop3": Pop3}


MEASURED = {"kind": "release"}  # where memory is looked at: sanitizers keep what is freed


def memory_kib(running):
    """The server's own. Not its program's pages: their share grows whenever another test's server ends."""
    with open(f"/proc/{running.pid}/smaps_rollup", encoding="ascii") as file:
        return int(re.search(r"^Anonymous:\s+(\d+) kB", file.read(), re.M)[1])


def serves(running):
    """Somebody else comes and is served, on every protocol."""
    with Smtp(running.at("smtp")) as smtp:
        assert smtp.mail("a@x.test", [JO], MAIL)[0] == 250
    with Imap(running.at("imap"), JO, "secret") as imap:
        imap.done("SELECT INBOX")
    with Pop3(running.at("pop3"), JO, "secret") as pop:
        pop.done("STAT")


@contextlib.contextmanager
def served(site=None, **keywords):
    """A server that serves others at the end, and ends well."""
    with (site or server.Site()).serve(**keywords) as running:
        yield running
        serves(running)


def pour(wire, octets, times):
    """Sends until the server closes; False when it has."""
    try:
        for _ in range(times):
            wire.send(octets)
    except OSError:
        return False
    return True


def last_words(wire):
    """What the server says until it closes, or until it is silent."""
    lines = []
    try:
        while True:
            lines.append(wire.line(2))
    except (Closed, AssertionError):
        return lines


def refusal(lines, pattern):
    assert any(re.match(pattern, line) for line in lines), f"no {pattern!r} in {lines[-5:]}"


def raw(running, service, greeting=True):
    wire = Wire(running.at(service))
    if greeting:
        wire.line()
    return wire
