"""IMAP: a mailbox of 10,000 messages (79 MB) is filled, read, searched, marked; one of 100,000 selected."""

import watch
from peers import Dovecot
from postroom import Postroom
from report import attempt, row, value_of
from servers import PASSWORD, tool, user

MANY, LARGE = 10000, 100000
READER = user(41)  # who gets no mail by SMTP
ATTRIBUTES = "FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE)"


def commands(server, *texts):
    """Seconds for each command; the run's first fault as a sentence in its place."""
    lines = tool("imap_load", server.at("imap"), READER, PASSWORD, *texts)
    return [float(seconds) if status == "OK" else f"{text.split()[0]} was answered {status}"
            for text, (seconds, _, _, status) in zip(texts, lines)]


def per_second(count, seconds):
    return count / seconds if isinstance(seconds, float) else seconds


def in_ms(seconds):
    return 1000 * seconds if isinstance(seconds, float) else seconds


def fill(server):
    """MULTIAPPEND where there is one; the rest by single APPENDs."""
    created, *adding = commands(server, "CREATE many", "@append many 0 1000 1", f"@append many 1000 {MANY - 1000} 500")
    single, multiple = adding
    if not isinstance(multiple, float):
        commands(server, f"@append many 1000 {MANY - 1000} 1")
    return {"append-one": per_second(1000, single), "append-many": per_second(MANY - 1000, multiple)}


def read(server):
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
    again = commands(server, "SELECT large", "SELECT many", "SELECT large")[-1]
    return {"select": in_ms(again)}


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
    ours, theirs = (attempt(figures, kind) for kind in (Postroom, Dovecot))
    for key in KEYS:
        row(key, value_of(ours, key), {"Dovecot": value_of(theirs, key)})
