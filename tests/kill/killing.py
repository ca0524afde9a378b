"""killing.py - SIGKILL while SMTP, IMAP and POP3 clients are at work"""

import os
import random
import re
import threading
import time

import server
from ledger import Ledger, make_mail
from report import test
from wire import Imap, Pop3, Smtp

JO, ANN, POP = "jo@example.test", "ann@example.test", "pop@example.test"
PEOPLE = {**server.PASSWORDS, POP: "secret3"}
MAILBOXES = ["INBOX", "work", "box"]
ROUNDS = 60 if os.environ.get("TEST_ALL") else 20
KINDS = ["delivered", "appended", "copied", "moved", "expunged", "deleted by POP3", "sent again"]
SIZES = [200, 2000, 20000, 100000, 200000]  # beyond 128 KiB a blob is a file


class Worker(threading.Thread):
    """Does its work again and again until the connection breaks."""

    def __init__(self, running, ledger, work):
        super().__init__(daemon=True)
        self.running, self.ledger, self.work = running, ledger, work
        self.failure = None

    def run(self):
        try:
            self.work(self.running, self.ledger)
        except AssertionError as error:
            if self.running.process.poll() is None and not self.is_break(error):
                self.failure = error
        except OSError:
            pass  # the kill

    @staticmethod
    def is_break(error):
        return type(error).__name__ == "Closed"


def deliver(running, ledger):
    """To one or to several; what is not acknowledged is kept, to be sent again."""
    with Smtp(running.at("smtp")) as smtp:
        while True:
            token, mail = make_mail(random.choice(SIZES))
            people = random.choice([[JO], [ANN], [JO, ANN]])
            ledger.partly(token, [(one, "INBOX") for one in people])
            ledger.unanswered[token] = (people, mail)
            code, text = smtp.mail("a@x.test", people, mail)
            assert code == 250, f"{code} {text}"
            ledger.done(token, [(one, "INBOX") for one in people], "delivered")
            del ledger.unanswered[token]


def append(running, ledger):
    with Imap(running.at("imap"), JO, PEOPLE[JO]) as imap:
        while True:
            token, mail = make_mail(random.choice(SIZES))
            ledger.asked(token, [(JO, "work")])
            status = imap.append("work", mail)
            uid = re.match(r"OK \[APPENDUID \d+ (\d+)\]", status)
            assert uid, status
            ledger.saw_uid((JO, "work"), int(uid[1]), token)
            ledger.done(token, [(JO, "work")], "appended")


def tokens_of(imap):
    """{uid: token} of the selected mailbox."""
    found = {}
    for answer in imap.done("UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])"):
        if " FETCH " in answer:
            found[int(re.search(r"UID (\d+)", answer)[1])] = re.search(r"Subject: (\w+)", answer)[1]
    return found


def copy_and_move(running, ledger):
    """ann's INBOX into her other mailboxes; expunging now and then what is in `box`."""
    with Imap(running.at("imap"), ANN, PEOPLE[ANN]) as imap:
        while True:
            imap.done("SELECT INBOX")
            settled = set(ledger.settled((ANN, "INBOX")))
            chosen = {uid: token for uid, token in tokens_of(imap).items() if token in settled}
            uids = random.sample(sorted(chosen), min(len(chosen), 3))
            for uid in uids[:1]:
                one_copy(imap, ledger, uid, chosen[uid])
            if len(uids) > 1:
                one_move(imap, ledger, {uid: chosen[uid] for uid in uids[1:]})
            expunge(imap, ledger)


def one_copy(imap, ledger, uid, token):
    both = [(ANN, "INBOX"), (ANN, "work")]
    ledger.asked(token, both)
    imap.done(f"UID COPY {uid} work")
    ledger.done(token, both, "copied")


def one_move(imap, ledger, chosen):
    for token in chosen.values():
        ledger.asked(token, [(ANN, "box")])
    imap.done(f"UID MOVE {','.join(map(str, chosen))} box")
    for token in chosen.values():
        ledger.done(token, [(ANN, "box")], "moved")


def expunge(imap, ledger):
    """Half of what is in `box`."""
    imap.done("SELECT box")
    settled = set(ledger.settled((ANN, "box")))
    chosen = {uid: token for uid, token in tokens_of(imap).items() if token in settled and uid % 2}
    if not chosen:
        return
    uids = ",".join(map(str, chosen))
    imap.done(rf"UID STORE {uids} +FLAGS.SILENT (\Deleted)")
    for token in chosen.values():
        ledger.asked(token, [])
    imap.done(f"UID EXPUNGE {uids}")
    for token in chosen.values():
        ledger.done(token, [], "expunged")


def pop_and_quit(running, ledger):
    """Fills a mailbox of its own by APPEND, then deletes some and quits."""
    while True:
        with Imap(running.at("imap"), POP, PEOPLE[POP]) as imap:
            for _ in range(3):
                token, mail = make_mail(500)
                ledger.asked(token, [(POP, "INBOX")])
                status = imap.append("INBOX", mail)
                assert status.startswith("OK"), status
                ledger.done(token, [(POP, "INBOX")])
        with Pop3(running.at("pop3"), POP, PEOPLE[POP]) as pop:
            pop.done("STAT")
            gone = [delete(pop, number) for number in (1, 2)]
            for token in gone:
                ledger.asked(token, [])
            pop.done("QUIT")
            for token in gone:
                ledger.done(token, [], "deleted by POP3")


def delete(pop, number):
    pop.done(f"TOP {number} 0")
    token = next(line[9:] for line in pop.lines() if line.startswith("Subject: "))
    pop.done(f"DELE {number}")
    return token


def one_round(site, ledger, number):
    """Works, kills, starts again, looks, sends again what was not answered, looks."""
    running = site.serve()
    workers = [Worker(running, ledger, work) for work in (deliver, deliver, append, copy_and_move, pop_and_quit)]
    for worker in workers:
        worker.start()
    time.sleep(random.uniform(0.02, 0.8))
    running.kill()
    for worker in workers:
        worker.join(30)
        assert not worker.failure, f"round {number}: {worker.failure}"
    with site.serve() as running:
        ledger.check(running, PEOPLE, MAILBOXES)
        send_again(running, ledger)
        ledger.check(running, PEOPLE, MAILBOXES)


def send_again(running, ledger):
    """As its own server would: the same mail to the same people, all of whom then have it once."""
    with Smtp(running.at("smtp")) as smtp:
        for token, (people, mail) in ledger.unanswered.items():
            code, text = smtp.mail("a@x.test", people, mail)
            assert code == 250, f"{code} {text}"
            ledger.done(token, [(one, "INBOX") for one in people], "sent again")
    ledger.unanswered.clear()


def make_site():
    site = server.Site()
    site.run_well("user", "add", POP, "--password-stdin", stdin=PEOPLE[POP] + "\n")
    with site.serve() as running:
        for user, password in PEOPLE.items():
            with Imap(running.at("imap"), user, password) as imap:
                for name in MAILBOXES[1:]:
                    imap.done(f"CREATE {name}")
    return site


@test
def killed_again_and_again():
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    random.seed(seed)
    site, ledger = make_site(), Ledger()
    for number in range(ROUNDS):
        try:
            one_round(site, ledger, number)
        except AssertionError as error:
            raise AssertionError(f"SEED={seed}, round {number}: {error}") from error
    counts = ledger.counts
    print(f"killed {ROUNDS} times:", ", ".join(f"{counts[kind]} {kind}" for kind in KINDS))
    assert all(counts[kind] for kind in KINDS), "one kind of work never succeeded before the kill"
