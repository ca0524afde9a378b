"""crowds.py - many connections: limits with the protocol's own refusal, and slow drips"""

import re
import socket
import threading
import time

import server
from hostile import JO, MEASURED, PROTOCOLS, memory_kib, raw, served, serves
from report import add, test
from wire import Imap, Smtp, Wire

REFUSALS = {"smtp": r"421 4\.\d\.\d .*[Tt]oo many", "submission": r"421 4\.\d\.\d .*[Tt]oo many",
            "imap": r"\* BYE .*[Tt]oo many", "pop3": r"-ERR .*[Tt]oo many"}
PER_CONNECTION_KIB = 16  # what a peer may cost before login, beyond TLS


def limited(**limits):
    site = server.Site()
    site.config["limits"] = limits  # without exempt networks
    return site


def connection_limit(service, key):
    """One more than allowed is told so; when one has left there is room again."""
    def run():
        with limited(**{key: "5"}).serve() as running:
            held = [raw(running, service) for _ in range(5)]
            with Wire(running.at(service)) as late:
                words = late.rest()
                assert len(words) == 1 and re.match(REFUSALS[service], words[0]), words
            held[0].close()
            server.wait_until(lambda: accepted(running, service), what="room for one")
            for wire in held:
                wire.close()
    return run


def accepted(running, service):
    with Wire(running.at(service)) as wire:
        return not re.match(REFUSALS[service], wire.line())


for _service in PROTOCOLS:
    add(f"{_service}: connections from one address", connection_limit(_service, "connections-per-address"))
add("connections in all", connection_limit("smtp", "connections"))


@test
def a_refusal_over_TLS_does_not_hang():
    """In the clear or in TLS, but closed at once."""
    with limited(**{"connections-per-address": "2"}).serve() as running:
        held = [Wire(running.at("imaps")) for _ in range(2)]
        time.sleep(0.2)
        with Wire(running.at("imaps"), seconds=10) as late:
            late.rest()
        for wire in held:
            wire.close()


@test
def exempt_networks_are_not_limited():
    site = limited(**{"connections-per-address": "5", "exempt": "127.0.0.0/8"})
    with site.serve() as running:
        for wire in [raw(running, "imap") for _ in range(20)]:
            wire.close()


@test
def strangers_cost_little():
    """300 connections that say as much as they may before login."""
    site = server.Site()
    site.config["limits"]["connections-per-address"] = "10000"
    held = []
    with served(site, **MEASURED) as running:
        serves(running)
        before = memory_kib(running)
        for n in range(300):
            wire = raw(running, ("smtp", "imap", "pop3")[n % 3])
            wire.send({0: b"EHLO x.test\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<jo@example.test>\r\nRCPT TO:<" + b"x" * 800,
                       1: b"a LOGIN {4000+}\r\n" + b"x" * 3900, 2: b"USER " + b"x" * 240}[n % 3])
            held.append(wire)
        server.wait_until(lambda: settled(running), what="quiet")
        cost = (memory_kib(running) - before) / len(held)
        for wire in held:
            wire.close()
        assert cost <= PER_CONNECTION_KIB, f"{cost:.1f} KiB a connection before login"


def settled(running):
    first = memory_kib(running)
    time.sleep(0.3)
    return abs(memory_kib(running) - first) < 64


@test
def slow_drips_hold_up_nobody():
    """200 connections that send an octet now and then; deliveries go on at their pace."""
    with served() as running:
        held = [raw(running, name) for name in ("smtp", "imap", "pop3", "submission") for _ in range(50)]
        end = threading.Event()

        def drip():
            while not end.wait(0.1):
                for wire in held:
                    try:
                        wire.send(b"x")
                    except OSError:
                        pass  # the server has had enough
        dripper = threading.Thread(target=drip, daemon=True)
        dripper.start()
        with Smtp(running.at("smtp")) as smtp:
            for _ in range(20):
                assert smtp.mail("a@x.test", [JO], b"Subject: x\r\n\r\ny\r\n")[0] == 250
        with Imap(running.at("imap"), JO, "secret") as imap:
            assert "* 20 EXISTS" in imap.done("SELECT INBOX")
        end.set()
        dripper.join()
        for wire in held:
            wire.close()


@test
def thousands_come_and_go():
    """What a crowd cost is given back when it has left."""
    site = server.Site()
    site.config["limits"]["connections-per-address"] = "10000"
    with served(site, **MEASURED) as running:
        serves(running)
        before = memory_kib(running)
        held = [raw(running, ("smtp", "imap", "pop3")[n % 3]) for n in range(1500)]
        for n in range(5000):
            socket.create_connection(running.at(("smtp", "imap", "pop3", "imaps", "submissions", "pop3s")[n % 6])).close()
        for wire in held:
            wire.close()
        serves(running)
        end = time.monotonic() + 10  # the last of them linger a moment: net/conn.h
        while memory_kib(running) >= before + 12_000:
            assert time.monotonic() < end, "connections that are gone still cost memory"
            time.sleep(0.2)


@test
def wrong_passwords_end_the_session():
    with served() as running:
        with raw(running, "imap") as wire:
            for n in range(10):
                wire.say(f"a{n} LOGIN {JO} wrong")
            assert any(line.startswith("* BYE") for line in wire.rest())
        with raw(running, "pop3") as wire:
            for _ in range(10):
                wire.say(f"USER {JO}", "PASS wrong")
            assert len(wire.rest()) < 15
        with raw(running, "submission") as wire:
            wire.say("EHLO x.test")
            for _ in range(10):
                wire.say("AUTH PLAIN AGpvQGV4YW1wbGUudGVzdAB4")
            assert any(line.startswith("421") for line in wire.rest())


