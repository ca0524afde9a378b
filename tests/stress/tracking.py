"""tracking.py - twenty clients on one mailbox, each of which keeps track of all it is told

A client knows the mailbox only by what the server says: by EXISTS, EXPUNGE or VANISHED and
FETCH. Every answer must fit what it knows; in the end, when nothing changes any more, what all
of them know must be what is there."""

import os
import random
import re
import threading
import time

import server
from report import test
from wire import Imap

CLIENTS = 20
SECONDS = float(os.environ.get("STRESS_SECONDS", "60"))
USER, PASSWORD = next(iter(server.PASSWORDS.items()))
FLAGS = [r"\Seen", r"\Flagged", r"\Answered", "$Label"]
FETCH = re.compile(r"\* (\d+) FETCH \((.*)\)$", re.S)


def numbers(text):
    """The members of a set like 1:3,7."""
    for part in text.split(","):
        first, _, last = part.partition(":")
        yield from range(int(first), int(last or first) + 1)


class Tracker(Imap):
    def __init__(self, at, kind):
        super().__init__(at, USER, PASSWORD)
        self.kind = kind
        self.uids = []  # by sequence number; None is not known yet
        self.flags = {}  # by UID, without \Recent
        self.holds_numbers = False  # no EXPUNGE may come now
        self.told = set()  # UIDs whose flags were told since the command began
        self.modseq = self.validity = 0
        if kind == "QRESYNC":
            self.done("ENABLE QRESYNC")
        self.select(" (CONDSTORE)" if kind == "CONDSTORE" else "")

    # what the server says

    def check(self, holds, what):
        assert holds, f"{self.kind}: {what}; it knows {len(self.uids)} messages"

    def hear(self, text):
        if found := re.search(r"\[HIGHESTMODSEQ (\d+)\]", text):
            self.modseq = max(self.modseq, int(found[1]))
        if found := re.match(r"\* OK \[UIDVALIDITY (\d+)\]", text):
            self.validity = int(found[1])
        if found := re.match(r"\* (\d+) EXISTS", text):
            self.exists(int(found[1]))
        elif found := re.match(r"\* (\d+) EXPUNGE", text):
            self.expunged(int(found[1]))
        elif found := re.match(r"\* VANISHED (\(EARLIER\) )?([0-9:,]+)", text):
            self.vanished(set(numbers(found[2])), found[1])
        elif found := FETCH.match(text):
            self.fetched(int(found[1]), found[2])

    def exists(self, count):
        self.check(count >= len(self.uids), f"EXISTS {count} without an EXPUNGE")
        self.uids += [None] * (count - len(self.uids))

    def expunged(self, number):
        self.check(self.kind != "QRESYNC", "EXPUNGE where VANISHED was asked for")
        self.check(not self.holds_numbers, "EXPUNGE where numbers must hold")
        self.check(0 < number <= len(self.uids), f"EXPUNGE {number}")
        self.flags.pop(self.uids.pop(number - 1), None)

    def vanished(self, uids, earlier):
        self.check(self.kind == "QRESYNC", "VANISHED")
        self.check(earlier or not self.holds_numbers, "VANISHED where numbers must hold")
        for uid in sorted(uids):
            self.flags.pop(uid, None)
            if uid in self.uids:
                self.uids.remove(uid)
            elif not earlier:  # one that it has no UID of yet
                self.forget_unknown(uid)

    def forget_unknown(self, uid):
        after = next((at for at, one in enumerate(self.uids) if one and one > uid),
                     len(self.uids))
        self.check(after and self.uids[after - 1] is None, f"VANISHED {uid}, which was not there")
        del self.uids[after - 1]

    def fetched(self, number, items):
        self.check(0 < number <= len(self.uids), f"FETCH {number}")
        if found := re.search(r"\bUID (\d+)", items):
            self.place(number - 1, int(found[1]))
        uid = self.uids[number - 1]
        if found := re.search(r"\bFLAGS \(([^)]*)\)", items):
            if uid:
                self.flags[uid] = frozenset(found[1].split()) - {r"\Recent"}
                self.told.add(uid)

    def place(self, at, uid):
        if self.uids[at]:
            self.check(self.uids[at] == uid, f"{at + 1} is UID {uid}, was {self.uids[at]}")
            return
        before = [one for one in self.uids[:at] if one]
        after = [one for one in self.uids[at + 1:] if one]
        self.check(not before or before[-1] < uid, f"{at + 1} has UID {uid} below {before[-1:]}")
        self.check(not after or after[0] > uid, f"{at + 1} has UID {uid} above {after[:1]}")
        self.uids[at] = uid

    def say_and_hear(self, command, holds_numbers=False):
        self.told.clear()
        self.holds_numbers = holds_numbers
        tag = self.start(command)
        return self.hear_out(tag)

    def hear_out(self, tag):
        while not (text := self.answer()).startswith(tag + " "):
            self.hear(text)
        self.holds_numbers = False
        self.hear(text)
        status = text[len(tag) + 1:]
        self.check(not status.startswith("BAD"), status)
        return status

    # what it does

    def select(self, parameter=""):
        status = self.say_and_hear("SELECT INBOX" + parameter)
        self.check(status.startswith("OK"), status)
        self.learn()

    def learn(self):
        self.say_and_hear("UID FETCH 1:* (FLAGS)" if self.kind != "QRESYNC"
                          else "UID FETCH 1:* (FLAGS MODSEQ)")

    def some(self):
        """A set of sequence numbers, or None."""
        if not self.uids:
            return None
        first = random.randint(1, len(self.uids))
        return f"{first}:{min(len(self.uids), first + random.randint(0, 4))}"

    def add(self):
        flags = " ".join(random.sample(FLAGS, random.randint(0, 2)))
        status = self.start(f"APPEND INBOX ({flags}) {{6+}}")
        self.send(b"x: y\r\n\r\n")
        self.hear_out(status)

    def fetch(self):
        if some := self.some():
            self.say_and_hear(f"FETCH {some} (UID FLAGS)", holds_numbers=True)

    def store(self):
        if not (some := self.some()):
            return
        sign, silent = random.choice("+-"), random.choice(["", ".SILENT"])
        flag = random.choice(FLAGS)
        named = [self.uids[number - 1] for number in numbers(some)]
        status = self.say_and_hear(f"STORE {some} {sign}FLAGS{silent} ({flag})", True)
        if not silent or not status.startswith("OK"):
            return
        for uid in named:  # the client knows, where it was not told
            if uid in self.flags and uid not in self.told:
                change = frozenset.union if sign == "+" else frozenset.difference
                self.flags[uid] = change(self.flags[uid], {flag})

    def conditional_store(self):
        if not self.uids or not self.modseq or self.kind == "plain":
            return
        uid = random.choice(self.uids)
        if uid:
            self.say_and_hear(f"UID STORE {uid} (UNCHANGEDSINCE {self.modseq}) "
                              f"{random.choice('+-')}FLAGS ({random.choice(FLAGS)})")

    def expunge(self):
        if some := self.some():
            self.say_and_hear(rf"STORE {some} +FLAGS (\Deleted)", holds_numbers=True)
            uid = random.choice(self.uids)
            self.say_and_hear(f"UID EXPUNGE {uid}" if uid and random.random() < 0.5
                              else "EXPUNGE")

    def copy(self):
        if some := self.some():
            self.say_and_hear(f"COPY {some} {random.choice(['INBOX', 'other'])}")

    def move(self):
        if (some := self.some()) and len(self.uids) > 10:
            self.say_and_hear(f"MOVE {some} other")

    def noop(self):
        self.say_and_hear("NOOP")

    def search(self):
        self.say_and_hear("SEARCH UNSEEN", holds_numbers=True)

    def idle(self):
        tag = self.start("IDLE")
        end = time.monotonic() + random.uniform(0.05, 0.5)
        while (left := end - time.monotonic()) > 0:
            while b"\n" in self.buffer:
                self.hear(self.answer())
            self.fill(left)
        self.say("DONE")
        self.hear_out(tag)

    def come_back(self):
        """With QRESYNC: only what has changed is told."""
        if self.kind != "QRESYNC" or not self.modseq or None in self.uids:
            return
        self.say_and_hear("UNSELECT")
        known = self.uids
        self.uids = []
        lines, status = self.command(f"SELECT INBOX (QRESYNC ({self.validity} {self.modseq}))")
        self.check(status.startswith("OK"), status)
        count = next(int(line.split()[1]) for line in lines if line.endswith(" EXISTS"))
        gone = set()
        for line in lines:
            if found := re.match(r"\* VANISHED \(EARLIER\) ([0-9:,]+)", line):
                gone |= set(numbers(found[1]))
        fetched = {int(re.search(r"\bUID (\d+)", line)[1]) for line in lines if FETCH.match(line)}
        self.uids = sorted((set(known) - gone) | fetched)
        self.check(len(self.uids) == count, f"{count} EXISTS after QRESYNC")
        for uid in gone:
            self.flags.pop(uid, None)
        for line in lines:
            if not line.endswith(" EXISTS") and "VANISHED" not in line:
                self.hear(line)

    def step(self):
        actions = [self.fetch, self.store, self.store, self.noop, self.idle, self.search,
                   self.copy, self.conditional_store, self.come_back]
        actions += [self.add] * (3 if len(self.uids) < 60 else 0)
        actions += [self.expunge, self.move] * (1 if len(self.uids) < 60 else 4)
        random.choice(actions)()

    def compare(self):
        """Nothing changes any more: what it knows is what is there."""
        self.noop()
        known = {uid: flags for uid, flags in self.flags.items()}
        uids = list(self.uids)
        self.learn()
        for number, uid in enumerate(uids):
            self.check(uid in (None, self.uids[number]), f"{number + 1} was UID {uid}")
        self.check(len(uids) == len(self.uids) and None not in self.uids, "messages came or went")
        for uid, flags in known.items():
            if uid in self.flags:
                self.check(flags == self.flags[uid],
                           f"UID {uid} had {sorted(flags)}, has {sorted(self.flags[uid])}")
        return self.uids, self.flags


def live(one, end, faults):
    try:
        while time.monotonic() < end and not faults:
            one.step()
    except (AssertionError, OSError, StopIteration) as error:
        faults.append(f"{error}")


@test
def twenty_clients_on_one_mailbox_know_what_is_there():
    with server.Site().serve() as running:
        with Imap(running.at("imap"), USER, PASSWORD) as first:
            first.done("CREATE other")
            for number in range(30):
                first.append("INBOX", b"x: y\r\n\r\n%d" % number)
        clients = [Tracker(running.at("imap"), ["plain", "CONDSTORE", "QRESYNC"][number % 3])
                   for number in range(CLIENTS)]
        faults, end = [], time.monotonic() + SECONDS
        threads = [threading.Thread(target=live, args=(one, end, faults)) for one in clients]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert not faults, f"{len(faults)} times: {faults[0]}"
        states = [one.compare() for one in clients]
        assert all(state == states[0] for state in states), "they do not know the same"
        for one in clients:
            one.close()
