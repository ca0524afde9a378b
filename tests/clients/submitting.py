"""submitting.py - what a real server asks of its own users' mail, and adds to it (RFC 6409)"""

import re

import client
import server
from logins import log_in
from report import test
from wire import Smtp

JO, ANN = "jo@example.test", "ann@example.test"


def submit(running, header, sender=JO, recipients=(ANN,), service="submissions"):
    """The reply to the message, or to MAIL where that is refused."""
    with Smtp(running.at(service), tls=service == "submissions") as smtp:
        log_in(smtp)
        code, text = smtp.command(f"MAIL FROM:<{sender}>")
        if code != 250:
            return f"{code} {text}"
        for one in recipients:
            smtp.done(f"RCPT TO:<{one}>")
        code, text = smtp.data("\r\n".join([*header, "", "hello", ""]).encode())
        return f"{code} {text}"


def arrived(running):
    found = client.mail_in(running, ANN, "secret2")
    return found[-1] if found else ""


@test
def only_after_TLS_and_login():
    site = server.Site()
    site.config["auth"]["allow-plaintext-login"] = "no"
    with site.serve() as running:
        with Smtp(running.at("submission")) as smtp:
            smtp.refused(f"MAIL FROM:<{JO}>", r"530 5\.7\.0 ")
            smtp.refused("AUTH PLAIN AGpvAHNlY3JldA==", r"5\d\d ")
            smtp.done("STARTTLS")
            smtp.start_tls()
            smtp.done("EHLO client.test")
            smtp.refused(f"MAIL FROM:<{JO}>", r"530 5\.7\.0 ")
            log_in(smtp)
            smtp.done(f"MAIL FROM:<{JO}>")
        with Smtp(running.at("submissions"), tls=True) as smtp:
            smtp.refused(f"MAIL FROM:<{JO}>", r"530 5\.7\.0 ")


@test
def a_file_as_it_is():
    """Its lines end with LF, as smtplib and curl pass them on: they become CRLF."""
    with server.Site().serve() as running:
        with Smtp(running.at("submissions"), tls=True) as smtp:
            log_in(smtp)
            smtp.done(f"MAIL FROM:<{JO}>")
            smtp.done(f"RCPT TO:<{ANN}>")
            smtp.done("DATA")
            smtp.send(f"From: {JO}\nSubject: a file\n\nhello\n.\nMAIL FROM:<{JO}>\r\n.\r\n")
            code, text = smtp.reply()
            assert code == 250, f"{code} {text}"
        text = arrived(running)
        assert text.endswith(f"\nFrom: {JO}\nSubject: a file\n\nhello\n.\nMAIL FROM:<{JO}>\n"), text


@test
def the_sender_is_the_users():
    """Its address, its aliases, +detail, and <>; nobody else's."""
    site = server.Site()
    site.run_well("alias", "add", "sales@example.test", JO, ANN)
    site.run_well("alias", "add", "boss@example.test", ANN)
    with site.serve() as running:
        good = [JO, "JO@Example.Test", "jo+list@example.test", "sales@example.test", ""]
        for one in good:
            assert submit(running, [f"From: {JO}"], one).startswith("250 "), one
        for one in [ANN, "boss@example.test", "nobody@example.test", "jo@elsewhere.test", "jo@mail.example.test"]:
            reply = submit(running, [f"From: {JO}"], one)
            assert reply.startswith("550 5.7.1 "), f"{one}: {reply}"
        found = client.mail_in(running, ANN, "secret2")
        assert len(found) == len(good)
        assert found[-1].startswith("Return-Path: <>\n"), found[-1]


@test
def the_author_is_the_user():
    site = server.Site()
    site.run_well("alias", "add", "sales@example.test", JO)
    with site.serve() as running:
        for good in [["From: Jo <jo@example.test>"], ["From: \"Sales\" <sales@example.test>", f"Sender: {JO}"],
                     [f"From: jo+x@example.test,\r\n {JO}"], ["Subject: no author"], ["From: us: jo@example.test;"]]:
            assert submit(running, good).startswith("250 "), good
        for bad in [[f"From: {ANN}"], [f"From: {JO}, {ANN}"], [f"From: {JO}", f"Sender: {ANN}"], [f"FROM : {ANN}"],
                    [f"From: {JO}", f"From: {ANN}"], ["From: nobody here:;"], ["From:"],
                    [f"From: {JO} <{ANN}>"], ["From: jo@elsewhere.test"], [f"From: {JO}", f"from:\r\n {ANN}"]]:
            reply = submit(running, bad)
            assert reply.startswith("550 5.7.1 "), f"{bad}: {reply}"
        assert len(client.mail_in(running, ANN, "secret2")) == 5


@test
def the_rules_can_be_relaxed():
    site = server.Site()
    site.config["submission"] = {"sender": "envelope"}
    with site.serve() as running:
        assert submit(running, [f"From: {ANN}"]).startswith("250 ")
        assert submit(running, [f"From: {ANN}"], ANN).startswith("550 5.7.1 ")
    site.config["submission"] = {"sender": "any"}
    with site.serve() as running:
        assert submit(running, ["From: a@elsewhere.test"], "b@elsewhere.test").startswith("250 ")


@test
def what_is_missing_is_added():
    """Date and Message-ID, as part of the message: also readers of the ENVELOPE see them."""
    with server.Site().serve() as running:
        assert submit(running, [f"From: {JO}", "Subject: bare"]).startswith("250 ")
        text = arrived(running)
        date = re.search(r"^Date: (\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4})$", text, re.M)
        ident = re.search(r"^Message-ID: (<\w+@mail\.example\.test>)$", text, re.M)
        assert date and ident, text
        assert text.endswith(f"{ident[0]}\nFrom: {JO}\nSubject: bare\n\nhello\n"), text
        with client.Imap(running.at("imap"), ANN, "secret2") as imap:
            imap.done("EXAMINE INBOX")
            envelope = "".join(imap.done("FETCH 1 ENVELOPE"))
            assert ident[1] in envelope and date[1] in envelope, envelope
        given = [f"From: {JO}", "DATE: Wed, 25 Nov 2026 12:00:00 +0000", "Message-Id: <mine@client.test>"]
        assert submit(running, given).startswith("250 ")
        assert arrived(running).endswith("\n" + "\n".join([*given, "", "hello", ""])), arrived(running)


@test
def text_without_fields_is_a_body():
    with server.Site().serve() as running, Smtp(running.at("submissions"), tls=True) as smtp:
        log_in(smtp)
        assert smtp.mail(JO, [ANN], b"hello\r\nBcc: this is text\r\n\r\nworld\r\n")[0] == 250
        text = arrived(running)
        assert text.endswith("@mail.example.test>\n\nhello\nBcc: this is text\n\nworld\n"), text


@test
def a_large_mail_is_completed_too():
    body = "".join(f"line {n} of a long text\r\n" for n in range(20000))
    with server.Site().serve() as running, Smtp(running.at("submissions"), tls=True) as smtp:
        log_in(smtp)
        assert smtp.mail(JO, [ANN], f"From: {JO}\r\nBcc: {ANN}\r\nSubject: long\r\n\r\n{body}".encode())[0] == 250
        text = arrived(running)
        assert "\nMessage-ID: <" in text and "Bcc" not in text
        assert text.endswith(f"\nFrom: {JO}\nSubject: long\n\n" + body.replace("\r\n", "\n"))


@test
def blind_copies_stay_blind():
    with server.Site().serve() as running:
        header = [f"From: {JO}", "Date: Wed, 25 Nov 2026 12:00:00 +0000", "Bcc: a@x.test,\r\n\tb@x.test,\r\n c@x.test",
                  "Message-ID: <1@client.test>", "BCC : d@x.test", "X-Bcc: stays", "Resent-Bcc: e@x.test"]
        assert submit(running, header).startswith("250 ")
        expected = "\n".join([header[0], header[1], header[3], header[5], "", "hello", ""])
        assert arrived(running).endswith("\n" + expected), arrived(running)


@test
def the_return_path_is_the_deliverys():
    """One that a message brings along goes, for readers believe the first or the last."""
    forged = ["Return-Path: <boss@elsewhere.test>", "Subject: x", "return-path :\r\n <boss@elsewhere.test>"]
    with server.Site().serve() as running:
        assert submit(running, [f"From: {JO}", *forged]).startswith("250 ")
        with Smtp(running.at("smtp")) as smtp:
            text = "\r\n".join([*forged, "", "Return-Path: in the body", ""]).encode()
            assert smtp.mail("a@elsewhere.test", [ANN], text)[0] == 250
        found = client.mail_in(running, ANN, "secret2")
        assert len(found) == 2
        for one, sender in zip(found, [JO, "a@elsewhere.test"]):
            assert one.startswith(f"Return-Path: <{sender}>\n"), one
            assert "boss@" not in one and "\nSubject: x\n" in one, one
        assert found[1].endswith("\nReturn-Path: in the body\n"), found[1]


@test
def a_relay_adds_trace_fields_only():
    with server.Site().serve() as running, Smtp(running.at("smtp")) as smtp:
        text = "Bcc: a@x.test\r\nFrom: b@x.test\r\n\r\nhello\r\n"
        assert smtp.mail("b@x.test", [ANN], text.encode())[0] == 250
        found = arrived(running)
        assert re.fullmatch(r"Return-Path: <b@x\.test>\nReceived: [^\n]*(\n\t[^\n]*)*\n" +
                            re.escape(text.replace("\r\n", "\n")), found), found


@test
def where_the_user_is_can_be_private():
    site = server.Site()
    for hide in ["no", "yes"]:
        site.config["submission"] = {"hide-client": hide}
        with site.serve() as running:
            assert submit(running, [f"From: {JO}"]).startswith("250 ")
            trace = re.search(r"^Received: [^\n]*(\n\t[^\n]*)*", arrived(running), re.M)[0]
            told = "127.0.0.1" in trace or "client.example.test" in trace
            assert told == (hide == "no") and "ESMTPSA" in trace, trace
