"""The table: what is measured, in which unit, and what the first release is to reach."""

import dataclasses
import os
import subprocess
import sys
import time

LESS, MORE = "less", "more"  # which is better


@dataclasses.dataclass
class Row:
    title: str
    unit: str
    better: str
    bound: float | None = None  # ours at least or at most
    times: float | None = None  # as good as the first peer, this often

    def target(self):
        parts = []
        if self.bound is not None:
            parts.append(f"{'<=' if self.better == LESS else '>='} {show(self.bound)} {self.unit}")
        if self.times is not None:
            parts.append(f">= {show(self.times)} x")
        return ", ".join(parts)

    def ratio(self, ours, peer):
        return peer / ours if self.better == LESS else ours / peer

    def is_met(self, ours, peer):
        if self.bound is not None and (ours > self.bound if self.better == LESS else ours < self.bound):
            return False
        return self.times is None or not is_number(peer) or self.ratio(ours, peer) >= self.times


ROWS = {
    "smtp-cpu": Row("SMTP in, 10 KB, 10 connections: CPU", "ms/mail", LESS, 0.6, 8),
    "smtp-rate": Row("  the same: visible by IMAP", "mails/s", MORE, None, 8),
    "smtp-calls": Row("  the same, 4 connections: system calls", "a mail", LESS),
    "smtp-syncs": Row("SMTP in, 10 KB, 50 connections: syncs", "a mail", LESS, 1),
    "smtp-large": Row("SMTP in, 1 MB, 10 connections: CPU", "ms/mail", LESS, 6),
    "smtp-many": Row("SMTP in, one mail to 50 users: deliveries", "a second", MORE, 5000),
    "relay-cpu": Row("SMTP out of the queue, 10 KB: CPU", "ms/mail", LESS, 0.4),
    "relay-rate": Row("  the same: taken by the other server", "mails/s", MORE, None, 5),
    "relay-slow": Row("  the same, 10 ms away", "mails/s", MORE, None, 3),
    "start": Row("start to first banner", "ms", LESS, 50),
    "append-many": Row("MULTIAPPEND of 500", "mails/s", MORE, 5000),
    "append-one": Row("single APPEND, one connection", "mails/s", MORE, 1500),
    "fetch-cold": Row("FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE), cold", "mails/s", MORE, 100000),
    "fetch-warm": Row("  the same, warm", "mails/s", MORE, 150000),
    "fetch-body": Row("FETCH 1:* (BODY.PEEK[])", "mails/s", MORE, None, 1),
    "fetch-flags": Row("FETCH 1:* (UID FLAGS) of 10,000", "ms", LESS, 10),
    "store": Row("STORE 1:* +FLAGS.SILENT on 10,000", "ms", LESS, 60),
    "search-text": Row("SEARCH TEXT in 10,000 (79 MB)", "ms", LESS, None, 1),
    "search-subject": Row("SEARCH SUBJECT in 10,000", "ms", LESS),
    "select": Row("SELECT of 100,000, again", "ms", LESS, 2),
    "logins": Row("IMAP log-ins, 10 connections", "a second", MORE, 3000),
    "logins-cpu": Row("  the same: CPU", "ms/login", LESS),
    "idle": Row("idle IMAP connection", "KB", LESS, 16),
    "idle-tls": Row("idle IMAP connection, TLS", "KB", LESS, 48),
    "idle-server": Row("server without connections", "MB", LESS),
    "tls-full": Row("TLS connection, ECDSA P-256: CPU", "ms", LESS, None, 0.8),
    "tls-resumed": Row("  the same, resumed", "ms", LESS),
    "pop3": Row("POP3 RETR, 16 on their way", "mails/s", MORE, 25000),
    "sandbox-start": Row("sandbox: start to first banner", "ms", LESS, 50),
    "sandbox-memory": Row("sandbox: idle memory", "MB", LESS, 15),
    "sandbox-kept": Row("sandbox: 10 KB, 10 kept connections", "mails/s", MORE, 5000),
    "sandbox-fresh": Row("sandbox: 10 KB, a connection each", "mails/s", MORE, 2000),
}

begun = time.monotonic()
count = {"met": 0, "missed": 0}
first_look = None


def is_number(value):
    return isinstance(value, (int, float))


def show(value):
    if not is_number(value):
        return str(value)
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def line(title, ours, name, peer, ratio, target, verdict):
    print(f"{title:<48} {ours:>18} {name:>16} {peer:>18} {ratio:>7}  {target:<24} {verdict}".rstrip(), flush=True)


def begin():
    global first_look
    first_look = machine()
    line("work", "ours", "peer", "", "ratio", "first release", "")


def row(key, ours, by_peer):
    """Each value a number, or a sentence that says why there is none."""
    kind = ROWS[key]
    first = next(iter(by_peer.values()), None)
    verdict = ""
    if is_number(ours) and kind.target():
        verdict = "met" if kind.is_met(ours, first) else "missed"
        count[verdict] += 1
    cells = [kind.title, f"{show(ours)} {kind.unit}" if is_number(ours) else "-"]
    for name, peer in by_peer.items():
        both = is_number(ours) and is_number(peer) and ours and peer
        line(*cells, name, show(peer) if is_number(peer) else "-" if peer else "",
             f"{kind.ratio(ours, peer):.2f} x" if both else "", kind.target() if cells[0] else "",
             verdict if cells[0] else "")
        cells = ["", ""]
    for name, value in {"ours": ours, **by_peer}.items():
        if value and not is_number(value):
            print(f"    {name.replace('_', '+')}: {value}", flush=True)


def attempt(work, *arguments):
    """What work returns, or the reason why it cannot."""
    try:
        return work(*arguments)
    except (RuntimeError, OSError, subprocess.SubprocessError) as fault:
        return str(fault) or type(fault).__name__


def value_of(figures, key):
    """Of a dictionary of figures, or the reason why there is none."""
    return figures.get(key, "not measured") if isinstance(figures, dict) else figures


def others_share(first, last):
    """Of the machine's CPU time between two looks at it, how much was not of this run."""
    total, idle, ours = (b - a for a, b in zip(first, last))
    return max(0.0, 1 - (idle + ours) / total) if total else 0.0


def machine():
    """(all, idle, ours) in ticks; ours is this program and all that it has waited for."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(word) for word in file.readline().split()[1:9]]
    return sum(fields), fields[3] + fields[4], sum(os.times()[:4]) * os.sysconf("SC_CLK_TCK")


def end():
    noise = others_share(first_look, machine())
    print(f"{count['met']} met, {count['missed']} missed, in {time.monotonic() - begun:.0f} s"
          f" on {os.cpu_count()} cores; other work on them took {noise:.0%}")
    sys.stdout.flush()
