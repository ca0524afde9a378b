"""indexing.py - postroom reindex; SEARCH finds the same whatever the index knows"""

import glob
import os

import server
from report import test
from wire import Imap

JO = "jo@example.test"
MAILS = 150
QUESTIONS = ["TEXT plover", "BODY LOVER17", "SUBJECT seven", 'TEXT "er17 end"', "NOT BODY plover17",
             "OR HEADER X-Mark ab FROM ann", "TEXT nowhere"]


def mail(number):
    kind = "seven" if number % 7 == 0 else "other"
    return (f"From: <ann{number % 5}@example.test>\r\nSubject: the {kind} one\r\nX-Mark: {number:x}\r\n\r\n"
            f"a plover{number} end {'x' * 200}\r\n").encode()


def found(running):
    with Imap(running.at("imap"), JO, "secret") as imap:
        imap.done("EXAMINE INBOX")
        return [imap.done(f"UID SEARCH {question}") for question in QUESTIONS]


def fill(running):
    with Imap(running.at("imap"), JO, "secret") as imap:
        for number in range(MAILS):
            status = imap.append("INBOX", mail(number))
            assert status.startswith("OK"), status


def index_size(site):
    return sum(os.path.getsize(path) for path in glob.glob(f"{site.folder}/data/accounts/*/*/search.db*"))


@test
def reindexed():
    """The verb says how far it is, with a server and without; what is found stays the same."""
    site = server.Site()
    with site.serve() as running:
        fill(running)
        before = found(running)
        last = site.run_well("reindex", JO).splitlines()[-1]
        assert last == f"indexed {MAILS} of {MAILS} emails", last
        assert found(running) == before
        with Imap(running.at("imap"), JO, "secret") as imap:
            imap.done("SELECT INBOX")
            imap.done("STORE 1:100 +FLAGS.SILENT (\\Deleted)")
            imap.done("EXPUNGE")
        less = found(running)
        assert less != before
        site.run_well("reindex", JO)
        assert found(running) == less
    last = site.run_well("reindex", JO).splitlines()[-1]
    assert last == f"indexed 0 of {MAILS - 100} emails", last  # too few to be worth it
    with site.serve() as running:
        assert found(running) == less


@test
def reindex_refused():
    """An account that is not there, and too few words, are faults."""
    site = server.Site()
    for words in ["nobody@example.test"], []:
        done = site.run("reindex", *words)
        assert done.returncode in (1, 2) and done.stderr, done


@test
def indexed_in_time():
    """The server makes the index by itself, some time after the mail came."""
    site = server.Site()
    with site.serve() as running:
        fill(running)
        before = found(running)
        empty = index_size(site)
        server.wait_until(lambda: index_size(site) > empty + 20000, 30, "an index")
        assert found(running) == before
        assert "error" not in running.log, running.log
