"""greedy.py - clients that ask for much and do not read it"""

import time

from hostile import JO, MEASURED, memory_kib, raw, served, serves
from report import test
from wire import Imap, Pop3

MESSAGES, LARGE = 40, b"Subject: large\r\n\r\n" + (b"z" * 78 + b"\r\n") * 12_500  # a megabyte
UNREAD_KIB = 2048  # what one that does not read may cost


def fill(running):
    with Imap(running.at("imap"), JO, "secret") as imap:
        for _ in range(MESSAGES):
            status = imap.append("INBOX", LARGE)
            assert status.startswith("OK"), status


def stays_bounded(running, wires, what):
    time.sleep(1)
    before = memory_kib(running)
    for _ in range(5):
        serves(running)
        time.sleep(0.2)
    grown = memory_kib(running) - before
    assert grown < UNREAD_KIB * len(wires), f"{what}: {grown} KiB more"


@test
def imap_a_large_FETCH_that_is_not_read():
    with served(**MEASURED) as running:
        fill(running)
        serves(running)
        before = memory_kib(running)
        wires = [raw(running, "imap") for _ in range(5)]
        for wire in wires:
            wire.say(f"a LOGIN {JO} secret", "b SELECT INBOX", "c FETCH 1:* BODY.PEEK[]")
        stays_bounded(running, wires, "FETCH")
        cost = memory_kib(running) - before
        assert cost < UNREAD_KIB * len(wires), f"{cost} KiB for {len(wires)} who do not read"
        check_whole(wires[0])
        for wire in wires:
            wire.close()


def check_whole(wire):
    """The one who reads at last gets all of it."""
    imap = Imap.__new__(Imap)
    imap.__dict__.update(wire.__dict__)
    while not imap.answer().startswith("b OK"):
        pass
    bodies = 0
    while not (answer := imap.answer()).startswith("c OK"):
        bodies += LARGE.decode() in answer
    assert bodies == MESSAGES, f"{bodies} of {MESSAGES} bodies"


@test
def pop3_many_RETR_that_are_not_read():
    with served(**MEASURED) as running:
        fill(running)
        serves(running)
        before = memory_kib(running)
        wires = [raw(running, "pop3") for _ in range(5)]
        for wire in wires:
            wire.say(f"USER {JO}", "PASS secret", *[f"RETR {n}" for n in range(1, MESSAGES + 1)])
        stays_bounded(running, wires, "RETR")
        cost = memory_kib(running) - before
        assert cost < UNREAD_KIB * len(wires), f"{cost} KiB for {len(wires)} who do not read"
        for wire in wires:
            wire.close()


@test
def commands_without_reading_the_answers():
    """The server stops reading from one who does not read."""
    with served(**MEASURED) as running:
        serves(running)
        before = memory_kib(running)
        wires = [raw(running, "imap") for _ in range(3)]
        for wire in wires:
            wire.say(f"a LOGIN {JO} secret", "b SELECT INBOX")
            wire.socket.settimeout(1)
            try:
                for _ in range(400):
                    wire.send(b"c CAPABILITY\r\n" * 1000)
            except OSError:
                pass  # no more is taken
        serves(running)
        cost = memory_kib(running) - before
        assert cost < UNREAD_KIB * len(wires), f"{cost} KiB"
        for wire in wires:
            wire.close()


@test
def half_closed_clients_are_answered():
    """One that says all and closes its sending side still gets every answer."""
    with served() as running:
        with raw(running, "imap") as wire:
            wire.say(f"a LOGIN {JO} secret", "b SELECT INBOX", "c LOGOUT")
            wire.end_output()
            assert any(line.startswith("c OK") for line in wire.rest())
        with raw(running, "smtp") as wire:
            wire.send(f"EHLO x.test\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<{JO}>\r\nDATA\r\nSubject: x\r\n\r\ny\r\n.\r\nQUIT\r\n")
            wire.end_output()
            words = wire.rest()
            assert words[-1].startswith("221 ") and words[-2].startswith("250 "), words
        with Pop3(running.at("pop3"), JO, "secret") as pop:
            assert pop.command("STAT").startswith("+OK 1 ")
