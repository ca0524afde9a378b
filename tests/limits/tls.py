"""tls.py - TLS that is broken, injected into, or left half done"""

import os
import socket
import ssl

from hostile import JO, last_words, raw, served
from report import add, test
from wire import Imap, Pop3, Smtp, tls_context

UPGRADES = {"smtp": ("EHLO x.test", "STARTTLS", "220"), "imap": (None, "a STARTTLS", "a OK"), "pop3": (None, "STLS", "+OK")}
INJECTED = {"smtp": "RSET\r\nNOOP\r\n", "imap": "b NOOP\r\nc CAPABILITY\r\n", "pop3": "CAPA\r\n"}


def injection(service):
    """What came in the clear behind the command is not answered inside TLS (CVE-2011-0411)."""
    def run():
        with served() as running:
            for together in (True, False):
                with raw(running, service) as wire:
                    check_injection(wire, service, together)
    return run


def check_injection(wire, service, together):
    hello, command, good = UPGRADES[service]
    if hello:
        wire.say(hello)
        while wire.line()[3] == "-":
            pass
    wire.send(f"{command}\r\n{INJECTED[service]}" if together else f"{command}\r\n")
    try:
        line = wire.line()
        if not line.startswith(good):
            return  # refused: as good
        if not together:
            wire.send(INJECTED[service])
        wire.buffer = b""
        wire.start_tls()
        wire.socket.settimeout(1)
        assert not wire.socket.recv(1000), "an injected command was answered inside TLS"
    except (AssertionError, OSError) as error:
        assert not str(error).startswith("an injected"), error


def garbage(service, upgrade):
    """No handshake at all, or one that stops or goes wrong in the middle."""
    def run():
        with served() as running:
            for octets in (b"\x16\x03\x01\xff\xff" + os.urandom(2000), b"GET / HTTP/1.1\r\n\r\n", b"\x80\x2e\x01\x00\x02",
                           b"\x16\x03\x01\x00\x05\x01\x00\x00\x01", b"\x15\x03\x03\x00\x02\x02\x28", os.urandom(5000), b"\0" * 5000):
                with raw(running, service, greeting=upgrade) as wire:
                    if upgrade:
                        upgrade_plainly(wire, service)
                    wire.send(octets)
                    wire.end_output()
                    last_words(wire)
    return run


def upgrade_plainly(wire, service):
    hello, command, good = UPGRADES[service]
    if hello:
        wire.say(hello)
        while wire.line()[3] == "-":
            pass
    wire.say(command)
    assert wire.line().startswith(good)


for _service in UPGRADES:
    add(f"{_service}: injected behind {UPGRADES[_service][1].split()[-1]}", injection(_service))
    add(f"{_service}: garbage instead of the handshake", garbage(_service, True))
for _service in ("submissions", "imaps", "pop3s"):
    add(f"{_service}: garbage instead of the handshake", garbage(_service, False))


@test
def old_TLS_is_refused():
    with served() as running:
        context = tls_context()
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(running.at("imaps")) as plain:
            try:
                context.wrap_socket(plain)
                raise AssertionError("TLS 1.1 was accepted")
            except (ssl.SSLError, OSError):
                pass


@test
def what_was_said_in_the_clear_is_forgotten_after_TLS():
    with served() as running:
        with Smtp(running.at("smtp")) as smtp:
            smtp.done("STARTTLS")
            smtp.start_tls()
            smtp.refused("MAIL FROM:<a@x.test> SIZE=10", "5")  # EHLO is forgotten and comes again
            smtp.done("EHLO x.test")
            smtp.refused("STARTTLS", "5")
            assert smtp.mail("a@x.test", [JO], b"Subject: x\r\n\r\ny\r\n")[0] == 250
        with Pop3(running.at("pop3")) as pop:
            pop.done(f"USER {JO}")
            pop.done("STLS")
            pop.start_tls()
            assert pop.command("PASS secret").startswith("-ERR")
        with Imap(running.at("imap")) as imap:
            imap.done("STARTTLS")
            imap.start_tls()
            assert imap.command("STARTTLS")[1].startswith(("BAD", "NO"))
