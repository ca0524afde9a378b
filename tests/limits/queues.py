"""queues.py - a queue with very many messages: a start is quick, memory bounded, mail flows

$QUEUE_MESSAGES: how many (100,000)."""

import contextlib
import hashlib
import os
import re
import sqlite3
import time

import nameserver
import server
import sites
from report import test

COUNT = int(os.environ.get("QUEUE_MESSAGES", "100000"))
DOMAINS = 1000  # among which they are divided
START_SECONDS_MAX, MEMORY_MAX_KIB = 10, 96 * 1024
BODY = b"From: <jo@example.test>\r\nTo: <x@away.test>\r\nSubject: one of many\r\n\r\n" + b"word " * 40 + b"\r\n"

MESSAGE = """INSERT INTO message (id, reverse_path, envelope_id, return_wish, flags, priority, received, release_at,
    login, trace_id, size, encoding, hash, prefix) VALUES (?, 'jo@example.test', '', 0, 0, 0, ?, 0, 'jo@example.test',
    ?, ?, 0, ?, x'')"""
RECIPIENT = """INSERT INTO recipient (message, number, destination, address, original, notify, turn, state, attempts,
    next_attempt, last_attempt, reply_code, status, reply, remote, owed, delay_told)
    VALUES (?, 0, ?, ?, '', 0, 0, 0, 0, ?, 0, 0, '', '', '', 0, 0)"""


def fill(site, due):
    """COUNT messages, as if they had been waiting; due(n): when the n-th is to be tried."""
    now, ids, body = int(time.time()), range(1, COUNT + 1), hashlib.sha256(BODY).digest()
    with contextlib.closing(sqlite3.connect(f"{site.folder}/data/queue/queue.db")) as db:
        db.execute("PRAGMA synchronous = OFF")
        with db:
            db.executemany(MESSAGE, ((n, now, f"trace{n}", len(BODY), body) for n in ids))
            db.executemany("INSERT INTO body VALUES (?, ?)", ((n, BODY) for n in ids))
            db.executemany(RECIPIENT, ((n, f"d{n % DOMAINS}.test", f"x{n}@d{n % DOMAINS}.test", due(n)) for n in ids))
            db.execute("INSERT INTO destination SELECT destination, 0, MIN(next_attempt) FROM recipient GROUP BY 1")
            db.execute("UPDATE queue SET next_id = ?", (COUNT + 1,))


def filled_site(due, zone):
    """Its names all lead to an address where nobody listens, but for those of the zone."""
    names = nameserver.NameServer(zone)
    site = sites.sending_site(names, sites.free_port("127.0.0.9"))
    with site.serve(kind="release"):
        pass
    fill(site, due)
    return site, names


def peak_memory_kib(running):
    with open(f"/proc/{running.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1])


@contextlib.contextmanager
def quickly_started(site):
    begin = time.monotonic()
    with site.serve(kind="release") as running:
        seconds = time.monotonic() - begin
        yield running
        memory = peak_memory_kib(running)
    print(f"# {COUNT} messages: started in {seconds * 1000:.0f} ms, at most {memory / 1024:.0f} MiB")
    assert seconds < START_SECONDS_MAX, f"{seconds} seconds until it was ready"
    assert memory < MEMORY_MAX_KIB, f"{memory} KiB at most"


@test
def a_long_queue_that_waits():
    """All for later, and one that comes now arrives at once."""
    later = int(time.time()) + 3600
    site, _names = filled_site(lambda n: later + n % 600, {})
    with quickly_started(site) as running:
        sites.submit(running, "ann@example.test", "at once")
        sites.wait_for(running, "ann@example.test", "secret2", "at once")
        shown = site.run_well("queue", "list", "--domain", "d7.test")
        assert "x7@d7.test" in shown and "x8@" not in shown, shown[:500]


@test
def a_long_queue_that_is_due():
    """All at once, for a thousand domains that cannot be reached."""
    zone = {f"d{n}.test": {"A": "127.0.0.9"} for n in range(DOMAINS)}
    site, _names = filled_site(lambda _n: 1, zone)
    with quickly_started(site) as running:
        server.wait_until(lambda: running.log.count("delivery.unreachable") > 200, 60, "attempts")
        sites.submit(running, "ann@example.test", "meanwhile")
        sites.wait_for(running, "ann@example.test", "secret2", "meanwhile")
