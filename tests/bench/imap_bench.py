"""IMAP: a mailbox of 10,000 messages (79 MB) is filled, read, searched, marked; one of 100,000 selected."""

import statistics

import watch
from peers import Dovecot, DovecotSdbox
from postroom import Postroom
from report import attempt, row, value_of
from servers import append, imap, user

MANY, LARGE, SINGLE, AGAIN = 10000, 100000, 500, 5
READER = user(41)  # who gets no mail by SMTP
ATTRIBUTES = "FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE)"


def commands(server, *texts):
    """Seconds for each command, or in their place what was wrong."""
    return [seconds if status == "OK" else f"{text.split()[0]} was answered {status}"
            for text, (seconds, status) in zip(texts, imap(server, READER, *texts))]


def per_second(count, seconds):
    return count / seconds if isinstance(seconds, float) else seconds


def in_ms(seconds):
    return 1000 * seconds if isinstance(seconds, float) else seconds


def fill(server):
    _, single = commands(server, "CREATE many", f"@append many 0 {SINGLE} 1")
    seconds, multiple = append(server, READER, "many", SINGLE, MANY - SINGLE)
    return {"append-one": per_second(SINGLE, single),
            "append-many": (MANY - SINGLE) / seconds if multiple else "no MULTIAPPEND"}


def read(server):
    server.index(READER)
    watch.forget_files(server.folder)
    _, cold, warm, _, body, flags, store, text, subject = commands(
        server, "SELECT many", ATTRIBUTES, ATTRIBUTES, "FETCH 1:* (BODY.PEEK[])", "FETCH 1:* (BODY.PEEK[])",
        "FETCH 1:* (UID FLAGS)", "STORE 1:* +FLAGS.SILENT (\\Flagged)", "SEARCH TEXT quasarlight",
        "SEARCH SUBJECT quasarlight")
    return {"fetch-cold": per_second(MANY, cold), "fetch-warm": per_second(MANY, warm),
            "fetch-body": per_second(MANY, body), "fetch-flags": in_ms(flags), "store": in_ms(store),
            "search-text": in_ms(text), "search-subject": in_ms(subject)}


def select(server):
    commands(server, "CREATE large", "SELECT many", *["COPY 1:* large"] * (LARGE // MANY))
    _, *again = commands(server, *["SELECT large", "SELECT many"] * AGAIN, "SELECT large")
    return {"select": in_ms(statistics.median(again[1::2]))}


KEYS = ["append-one", "append-many", "fetch-cold", "fetch-warm", "fetch-body", "fetch-flags", "store",
        "search-text", "search-subject", "select"]


def figures(kind):
    values = {}
    with kind() as server:
        values |= fill(server)
    with kind() as server:
        for part in read, select:
            done = attempt(part, server)
            values |= done if isinstance(done, dict) else {}
    return values


def run():
    ours, mdbox, sdbox = (attempt(figures, kind) for kind in (Postroom, Dovecot, DovecotSdbox))
    for key in KEYS:
        row(key, value_of(ours, key), {"Dovecot mdbox": value_of(mdbox, key), "Dovecot sdbox": value_of(sdbox, key)})
