"""mailers.py - mail programs at a terminal, as people use them: mutt, neomutt, alpine"""

import contextlib
import os
import re
import shutil

import client
import server
from report import add, test
from terminal import Terminal
from wire import Imap, Smtp

JO, ANN = "jo@example.test", "ann@example.test"
TEXTS = [client.message(f"number {n}", lines=[f"word{n}", "Grüße"]) for n in (1, 2, 3)]


def deliver(running, subject, recipient=JO):
    with Smtp(running.at("smtp")) as smtp:
        text = client.octets(client.message(subject, sender="a@client.test"))
        assert smtp.mail("a@client.test", [recipient], text)[0] == 250


def subjects(running, mailbox="INBOX", user=JO, password="any"):
    found = client.mail_in(running, user, password, mailbox)
    return [re.search(r"^Subject: (.*)$", one, re.M)[1] for one in found]


def flags(running, mailbox="INBOX"):
    """{UID: flags} without those that nobody set by hand."""
    with Imap(running.at("imap"), JO, "any") as imap:
        imap.done(f"EXAMINE {mailbox}")
        found = re.findall(r"UID (\d+) FLAGS \(([^)]*)\)", "\n".join(imap.done("UID FETCH 1:* FLAGS")))
    return {int(uid): set(text.split()) - {"\\Recent", "Old"} for uid, text in found}


def with_mail(function, *arguments):
    """function(running, ...) with three mails in jo's inbox."""
    def run():
        with server.sandbox() as running:
            client.put(running, JO, *TEXTS)
            function(running, *arguments)
    return run


# ---- mutt and neomutt ----

class Mutt:
    """One of the two, with a home that lasts: its header cache is there the next time."""

    def __init__(self, program, running, user=JO, password="any"):
        host, port = running.at("imap")
        _, smtps = running.at("submissions")
        self.program, self.folder = program, server.new_folder()
        self.root = f"imap://{host}:{port}/"
        os.mkdir(f"{self.folder}/cache")
        client.write(f"{self.folder}/rc", f"""set imap_user="{user}" imap_pass="{password}" ssl_starttls=no
set ssl_force_tls=no confirmappend=no confirmcreate=no delete=yes quit=yes move=no sleep_time=0 wait_key=no
set mail_check=1 timeout=1 sort=mailbox-order folder="{self.root}" header_cache="{self.folder}/cache"
set config_charset=utf-8 charset=utf-8 send_charset="us-ascii:utf-8"
set imap_condstore=yes imap_qresync=yes imap_idle=yes imap_check_subscribed=no markers=no
set from="{user}" smtp_url="smtps://{user}@{host}:{smtps}/" smtp_pass="{password}" ssl_verify_host=no
set record="=Sent" ssl_ca_certificates_file="{self.folder}/certificates"
""")

    def screen(self, *options, mailbox="INBOX"):
        return Terminal(self.program, "-n", "-F", f"{self.folder}/rc", "-f", self.root + mailbox, *options,
                        folder=self.folder)

    def run(self, commands, mailbox="INBOX"):
        """Types the commands once the mailbox is open; what it has drawn."""
        with self.screen("-e", f'push "{commands}"', mailbox=mailbox) as screen:
            screen.wait_for_end()
        return screen.text()


def reads_and_saves(running, program):
    mutt = Mutt(program, running)
    path = f"{mutt.folder}/mbox"
    drawn = mutt.run(f"<first-entry><display-message><exit><tag-pattern>~A<enter><tag-prefix>"
                     f"<copy-message>{path}<enter><quit>")
    assert "number 1" in drawn, drawn[-2000:]
    with open(path, encoding="utf-8") as file:
        saved = file.read()
    assert [saved.count(f"Subject: number {n}\n") for n in (1, 2, 3)] == [1, 1, 1], saved
    assert saved.count("\nGrüße\n") == 3, saved
    assert len(subjects(running)) == 3 and "\\Seen" in flags(running)[1]


def moves_deletes_and_flags(running, program):
    mutt = Mutt(program, running)
    mutt.run("<first-entry><save-message>=box<enter><quit>")
    mutt.run("<first-entry><flag-message><next-entry><delete-message><sync-mailbox><quit>")
    assert client.mail_in(running, JO) == TEXTS[1:2]
    assert flags(running) == {2: {"\\Flagged"}} and flags(running, "box") == {1: set()}
    assert client.mail_in(running, JO, mailbox="box") == TEXTS[:1]


def searches_on_the_server(running, program):
    """=b asks for SEARCH BODY; the bodies stay there."""
    drawn = Mutt(program, running).run("<limit>=b word2<enter><tag-pattern>~A<enter><tag-prefix>"
                                       "<set-flag>!<limit>all<enter><sync-mailbox><quit>")
    assert flags(running) == {1: set(), 2: {"\\Flagged"}, 3: set()}, (flags(running), drawn[-1500:])


def sees_new_mail_at_once(running, program):
    """By IDLE, for it is told not to ask."""
    with Mutt(program, running).screen() as screen:
        screen.wait("number 3")
        deliver(running, "breaking news")
        screen.wait("breaking news")
        screen.type("q")


def catches_up(running, program):
    """What changed behind its cache: it hears the difference by CONDSTORE or QRESYNC."""
    mutt = Mutt(program, running)
    mutt.run("<quit>")
    with Imap(running.at("imap"), JO, "any") as imap:
        imap.done("SELECT INBOX")
        imap.done(r"UID STORE 3 +FLAGS (\Flagged)")
        imap.done(r"UID STORE 1 +FLAGS (\Deleted)")
        imap.done("EXPUNGE")
    client.put(running, JO, client.message("number 4"))
    drawn = mutt.run("<limit>~F<enter><tag-pattern>~A<enter><tag-prefix><copy-message>=flagged<enter>"
                     "<limit>all<enter><tag-pattern>~A<enter><tag-prefix><copy-message>=all<enter><quit>")
    assert subjects(running, "flagged") == ["number 3"], drawn[-1500:]
    assert sorted(subjects(running, "all"))[-3:] == ["number 2", "number 3", "number 4"], subjects(running, "all")


def makes_folders_with_odd_names(running, program):
    mutt = Mutt(program, running)
    mutt.run("<first-entry><save-message>=Kästen/日本&co<enter><quit>")
    assert client.mail_in(running, JO, mailbox='"K&AOQ-sten/&ZeVnLA-&-co"') == TEXTS[:1]
    mutt.run("<first-entry><display-message><exit><quit>", mailbox="Kästen/日本&co")
    assert flags(running, '"K&AOQ-sten/&ZeVnLA-&-co"') == {1: {"\\Seen"}}


def sends_and_keeps_a_copy(program):
    """By SCRAM over TLS. They choose SCRAM-PLUS where there is one, and cannot bind."""
    site = server.Site()
    site.config["auth"]["channel-binding"] = "no"
    with site.serve() as running:
        mutt = Mutt(program, running, JO, "secret")
        with Imap(running.at("imap"), JO, "secret") as imap:
            imap.done("CREATE Sent")
        shutil.copy(f"{site.folder}/tls/certificate.pem", f"{mutt.folder}/certificates")
        editor = client.write(f"{mutt.folder}/editor", '#!/bin/sh\necho "Schöne Grüße" >>"$1"\n', 0o700)
        drawn = mutt.run(f"<enter-command>set editor={editor}<enter><mail>{ANN}<enter>Grüße<enter>"
                         "<send-message><quit>")
        for found in (client.mail_in(running, ANN, "secret2"), client.mail_in(running, JO, "secret", "Sent")):
            assert len(found) == 1 and "\nSchöne Grüße\n" in found[0], f"{found} {drawn[-1500:]}"


for _program in "mutt", "neomutt":
    for _does in (reads_and_saves, moves_deletes_and_flags, searches_on_the_server, sees_new_mail_at_once,
                  catches_up, makes_folders_with_odd_names):
        add(f"{_program} {_does.__name__.replace('_', ' ')}", with_mail(_does, _program))
    add(f"{_program} sends and keeps a copy", lambda program=_program: sends_and_keeps_a_copy(program))


# ---- alpine ----

class Alpine:
    """With the inbox open, threaded by the server."""

    def __init__(self, running, user=JO, password="any"):
        host, port = running.at("imap")
        _, smtp = running.at("submission" if running.has("submission") else "smtp")
        at = f"{{{host}:{port}/user={user}/notls}}"
        self.folder, self.user, self.password = server.new_folder(), user, password
        client.write(f"{self.folder}/rc", f"""user-domain=example.test
customized-hdrs=From: Jo <{user}>
smtp-server={host}:{smtp}/user={user}/notls
inbox-path={at}INBOX
folder-collections=Mail {at}[]
default-fcc={at}Sent
sort-key=Thread
threading-index-style=regular-index-with-expanded-threads
feature-list=quit-without-confirm,expunge-without-confirm,enable-aggregate-command-set,enable-flag-cmd
last-version-used=9.99
""")

    @contextlib.contextmanager
    def screen(self):
        with Terminal("alpine", "-p", f"{self.folder}/rc", "-i", folder=self.folder) as screen:
            screen.wait("ENTER PASSWORD:")
            press(screen, (f"{self.password}\r", "Preserve password"), ("n", "[ViewMsg]"))
            yield screen
            screen.type("q")


def press(screen, *steps):
    """(keys, what it then shows), one after another."""
    for keys, shows in steps:
        screen.type(keys)
        screen.wait(*[shows] if isinstance(shows, str) else shows)


@test
def alpine_reads_selects_and_flags():
    def run(running):
        with Alpine(running).screen() as screen:
            press(screen, ("\r", "word"), ("i", "number 3"), (";", "SELECT"), ("t", "Select based on"),
                  ("b", "BODY"), ("word2\r", "matched 1 message"), ("a", "APPLY"), ("*", "Flag New"),
                  ("*", "Flagged 1 message"))
        assert flags(running) == {1: {"\\Seen"}, 2: {"\\Flagged"}, 3: set()}, flags(running)
    with_mail(run)()


@test
def alpine_saves_and_expunges():
    """Into a folder that it makes, by COPY, STORE and EXPUNGE."""
    def run(running):
        with Alpine(running).screen() as screen:
            press(screen, ("\r", "word"), ("s", "SAVE Msg"), ("\x0bbox\r", "Create?"), ("y", "DEL"),
                  ("i", "number 3"), ("x", "xpunge"))
        assert sorted(subjects(running)) == ["number 2", "number 3"]
        assert subjects(running, "box") == ["number 1"] and "\\Deleted" not in flags(running, "box")[1]
    with_mail(run)()


@test
def alpine_sees_new_mail_and_threads():
    """The index is in the order of THREAD=REFERENCES."""
    def run(running):
        reply = client.message("Re: number 1", lines=["an answer"])
        first = re.search("Message-ID: (.*)", TEXTS[0])[1]
        client.put(running, JO, reply.replace("\n\n", f"\nReferences: {first}\n\n", 1))
        with Alpine(running).screen() as screen:
            screen.wait("number 3")
            deliver(running, "breaking news")
            press(screen, ("\x0c", "breaking news"))
            shown = re.findall("number [123]|breaking news", screen.text(screen.seen))
        assert shown[:5] == ["number 1", "number 1", "number 2", "number 3", "breaking news"], shown
    with_mail(run)()


@test
def alpine_sends_and_keeps_a_copy():
    with server.Site().serve() as running:
        with Alpine(running, JO, "secret").screen() as screen:
            press(screen, ("c", "To      :"), (f"{ANN}\r", "Cc"), ("\r", "Attchmnt"), ("\r", "Subject"),
                  ("Grüße\rBest wishes", "wishes"), ("\x18", "Send message"), ("y", "Create?"),
                  ("y", "ENTER PASSWORD:"), ("secret\r", "Preserve password"),
                  ("n", ("essage sent", "Fcc DONE")))  # the one may be drawn over the other
        for found in (client.mail_in(running, ANN, "secret2"), client.mail_in(running, JO, "secret", "Sent")):
            assert len(found) == 1 and "\nBest wishes\n" in found[0], found
