"""sandboxes.py - what is special about the sandbox: any login, inboxes, nothing gets out"""

import base64
import os

import client
import server
from report import test
from wire import Imap, Pop3, Smtp

TEXT = client.message()
MAIL = client.octets(TEXT)


def log_in(smtp, user, password="any"):
    smtp.done("AUTH PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()).decode())


def sent(reply):
    assert reply[0] == 250, reply


@test
def the_inbox_is_the_recipient_s():
    with server.sandbox() as running, Smtp(running.at("smtp")) as smtp:
        sent(smtp.mail("a@x.test", ["One@Example.test", "two@example.test"], MAIL))
        for user, count in [("one@example.test", 1), ("ONE@example.TEST", 1), ("two@example.test", 1),
                            ("three@example.test", 0), ("all", 1)]:
            assert len(client.mail_in(running, user)) == count, user


@test
def the_inbox_is_the_login_s_when_there_was_one():
    with server.sandbox() as running, Smtp(running.at("smtp")) as smtp:
        log_in(smtp, "staging")
        sent(smtp.mail("a@x.test", ["one@example.test", "two@example.test"], MAIL))
        for user, count in [("staging", 1), ("one@example.test", 0), ("two@example.test", 0), ("all", 1)]:
            assert len(client.mail_in(running, user, "whatever")) == count, user


@test
def captured_mail_is_as_it_was_sent():
    with server.sandbox() as running, Smtp(running.at("smtp")) as smtp:
        sent(smtp.mail("a@x.test", ["one@example.test"], MAIL))
        assert client.mail_in(running, "one@example.test") == [TEXT]
        pop = Pop3(running.at("pop3"), "all", "any")
        pop.done("RETR 1")
        assert "\n".join(pop.lines()) + "\n" == TEXT


@test
def all_shows_what_everybody_gets():
    with server.sandbox() as running, Smtp(running.at("smtp")) as smtp:
        for n in range(10):
            sent(smtp.mail("a@x.test", [f"p{n}@example.test"], client.octets(client.message(f"number {n}"))))
        found = client.mail_in(running, "all")
        assert [f"Subject: number {n}\n" in one for n, one in enumerate(found)] == [True] * 10


@test
def anybody_s_address_is_taken():
    with server.sandbox() as running, Smtp(running.at("smtp")) as smtp:
        for recipient in ["x@gmail.com", "a%b@c.test", '"odd one"@x.test', "x@[192.0.2.1]", "postmaster",
                          "very.long." + "x" * 50 + "@" + "y" * 60 + ".test"]:
            sent(smtp.mail("", [recipient], MAIL))
        assert len(client.mail_in(running, "all")) == 6


@test
def a_sandbox_without_data_leaves_nothing_behind():
    folder = server.new_folder()
    with server.sandbox(env={"TMPDIR": folder, "HOME": folder}) as running:
        with Smtp(running.at("smtp")) as smtp:
            sent(smtp.mail("a@x.test", ["one@example.test"], MAIL))
    assert os.listdir(folder) in ([], ["stderr"]), os.listdir(folder)


@test
def a_sandbox_with_data_keeps_it():
    folder = server.new_folder() + "/kept"
    with server.sandbox("--data", folder) as running, Smtp(running.at("smtp")) as smtp:
        sent(smtp.mail("a@x.test", ["one@example.test"], MAIL))
    with server.sandbox("--data", folder) as running:
        assert client.mail_in(running, "one@example.test") == [TEXT]
        assert client.mail_in(running, "all") == [TEXT]


@test
def a_listener_can_be_switched_off():
    with server.sandbox("--imaps", "none", "--pop3", "none") as running:
        assert not running.has("imaps") and not running.has("pop3") and running.has("imap")


@test
def deleting_in_one_inbox_leaves_the_others():
    with server.sandbox() as running, Smtp(running.at("smtp")) as smtp:
        sent(smtp.mail("a@x.test", ["one@example.test", "two@example.test"], MAIL))
        pop = Pop3(running.at("pop3"), "one@example.test", "any")
        pop.done("DELE 1")
        pop.done("QUIT")
        assert len(client.mail_in(running, "one@example.test")) == 0
        assert len(client.mail_in(running, "two@example.test")) == 1
        with Imap(running.at("imap"), "two@example.test", "any") as imap:
            imap.done("SELECT INBOX")
            imap.done(r"STORE 1 +FLAGS.SILENT (\Deleted)")
            imap.done("EXPUNGE")
        assert len(client.mail_in(running, "two@example.test")) == 0


@test
def what_a_program_does_wrong_is_captured_too():
    """Without brackets, without a domain, UTF-8 and options that nobody offered, NUL and bare newlines."""
    with server.sandbox() as running:
        with Smtp(running.at("smtp")) as smtp:
            for line in ("MAIL FROM:app NOTIFY=x RET=FULL", "RCPT TO:root", "RCPT TO:<jö@example.test>"):
                assert smtp.command(line)[0] == 250, line
            assert smtp.command("DATA")[0] == 354
            smtp.send(b"Subject: wrong\r\n\r\nbare\nlines, a \0\n.\nhere\r\n.\r\n")
            sent(smtp.reply())
        for user in ("root", "all"):
            assert "bare\nlines" in client.mail_in(running, user)[0]
