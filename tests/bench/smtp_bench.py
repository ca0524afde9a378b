"""SMTP in: from the first MAIL until IMAP shows all."""

import dataclasses
import time

import watch
from peers import Dovecot, PostfixDovecot
from postroom import USERS, Postroom
from report import attempt, row, value_of
from servers import Inboxes, tool, users

VISIBLE_TIMEOUT = 60
TARGETS = users(20)  # who gets the mail, in turn


@dataclasses.dataclass
class Sample:
    deliveries: int
    seconds: float
    cpu: float

    def cpu_ms(self):
        return 1000 * self.cpu / self.deliveries

    def rate(self):
        return self.deliveries / self.seconds


def deliver(server, connections, mails, size=10240, to=None):
    """Sends and waits until all is visible. to: recipients in turn, or one group of all."""
    mode = "smtp" if "smtp" in server.ports else "lmtp"
    names = to or TARGETS
    expected = mails * len(names) if to else mails
    inboxes = Inboxes(server, names)
    before, cpu, begin = inboxes.count(), watch.cpu_seconds(server.pids()), time.monotonic()
    tool("smtp_load", server.at(mode), mode, connections, mails, size, "load@load.test",
         ("+" if to else ",").join(names))
    while inboxes.count() - before < expected:
        if time.monotonic() - begin > VISIBLE_TIMEOUT:
            raise RuntimeError(f"{expected - inboxes.count() + before} of {expected} did not arrive")
        time.sleep(0.05)
    sample = Sample(expected, time.monotonic() - begin, watch.cpu_seconds(server.pids()) - cpu)
    inboxes.close()
    return sample


def calls_per_mail(server, mails):
    with watch.Calls(server.pids()) as calls:
        deliver(server, 4, mails)
    return calls.count / mails


def figures(server, mails):
    """What all servers are measured for, in one go; {row: value}"""
    with server:
        deliver(server, 10, mails // 10)  # until files and caches are there
        small = deliver(server, 10, mails)
        large = deliver(server, 10, mails // 15, 1 << 20)
        many = deliver(server, 10, mails // 15, to=users(USERS))
        return {"start": server.start_ms, "smtp-cpu": small.cpu_ms(), "smtp-rate": small.rate(),
                "smtp-large": large.cpu_ms(), "smtp-many": many.rate(),
                "smtp-calls": attempt(calls_per_mail, server, mails // 10)}


def syncs_per_mail(server, mails):
    server.start(watch.Syncs.PREFIX)
    with server:
        deliver(server, 50, 100)
        before = watch.Syncs.count()
        deliver(server, 50, mails)
        return (watch.Syncs.count() - before) / mails


def show_row(key, values):
    row(key, values[Postroom], {"Postfix+Dovecot": values[PostfixDovecot], "Dovecot LMTP": values[Dovecot]})


def run():
    measured = {}
    for kind, mails in (PostfixDovecot, 1000), (Dovecot, 1000), (Postroom, 4000):
        measured[kind] = attempt(figures, kind(), mails)
    syncs = {kind: attempt(syncs_per_mail, kind(), 500) for kind in measured}
    for key in "smtp-cpu", "smtp-rate", "smtp-calls", "smtp-large", "smtp-many", "start":
        show_row(key, {kind: value_of(values, key) for kind, values in measured.items()})
    show_row("smtp-syncs", syncs)
