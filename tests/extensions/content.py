"""content.py - RFC 3030: BINARYMIME; RFC 4865: FUTURERELEASE; RFC 6710: MT-PRIORITY"""

import re
import time

import server
from net import ANN, JO, MESSAGE, Net, field, logged_in, mails, submit, wait_for_mail
from report import test
from wire import Imap, Smtp

BINARY = (b"From: <jo@example.test>\r\nSubject: octets\r\nMIME-Version: 1.0\r\n"
          b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n"
          b"\0a\nb\rc\r\n.\r\n\xff\0")


def submit_binary(running, *recipients):
    with logged_in(running) as smtp:
        smtp.done(f"MAIL FROM:<{JO}> BODY=BINARYMIME")
        for one in recipients:
            smtp.done(f"RCPT TO:<{one}>")
        smtp.send(b"BDAT %d LAST\r\n" % len(BINARY) + BINARY)
        code, text = smtp.reply()
        assert code == 250, f"{code} {text}"


@test
def binary_kept():
    """Octets of any kind reach the mailbox, and a peer that takes them, as they are."""
    net = Net(peer=["CHUNKING", "BINARYMIME"])
    with net.site.serve() as here:
        submit_binary(here, ANN, "a@peer.test")
        server.wait_until(lambda: net.peer.mails, 20, "the message")
        mail = net.peer.mails[0]
        assert mail.verb == "BDAT" and "BODY=BINARYMIME" in mail.mail, mail.mail
        assert mail.content.endswith(BINARY), mail.content
        wait_for_mail(here, "octets", ANN, "secret2")
        with Imap(here.at("imap"), ANN, "secret2") as imap:
            imap.done("SELECT INBOX")
            answer = "".join(imap.done("FETCH 1 (BODY.PEEK[1])"))
            assert "{13}\r\n" in answer and "a\nb\rc\r\n.\r\n" in answer, answer


@test
def binary_refused():
    """A peer that does not take them is never given them."""
    net = Net(peer=["CHUNKING", "8BITMIME"])
    with net.site.serve() as here:
        submit_binary(here, "a@peer.test")
        text = wait_for_mail(here, "multipart/report")
        assert field(text, "Status") == "5.6.1", text
        assert not net.peer.mails and not any(line.startswith("MAIL") for line in net.peer.lines)


LINES = b"Subject: old lines\r\n\r\nbare\nlines\rhere\n.\nstill here\r\n.\r\n"


def say_lines(running):
    with Smtp(running.at("smtp")) as smtp:
        smtp.done("EHLO old.test")
        smtp.done("MAIL FROM:<a@old.test>")
        smtp.done(f"RCPT TO:<{JO}>")
        smtp.say("DATA")
        assert smtp.reply()[0] == 354
        smtp.send(LINES)
        return smtp.reply()


@test
def bare_newlines():
    """Those of a listed network become CRLF, and end nothing before its time; others' mail is refused."""
    site = server.Site()
    with site.serve() as here:
        assert say_lines(here)[0] == 550
    site.config["smtp"] = {"bare-newlines": "192.0.2.0/24 127.0.0.0/8"}
    with site.serve() as here:
        assert say_lines(here)[0] == 250
        text = wait_for_mail(here, "old lines")
        assert text.endswith("\r\n\r\nbare\r\nlines\r\nhere\r\n.\r\nstill here\r\n)"), repr(text)


@test
def held():
    """HOLDFOR: neither our users nor others have it before its time."""
    net = Net(peer=[])
    with net.site.serve() as here:
        start = time.time()
        submit(here, [f"<{ANN}> NOTIFY=SUCCESS", "<a@peer.test>"], f"<{JO}> HOLDFOR=4", "patience")
        assert not mails(here, ANN, "secret2") and not net.peer.mails
        text = wait_for_mail(here, "multipart/report")
        assert time.time() - start >= 4 and net.peer
        assert field(text, "Action") == "delivered" and field(text, "Future-Release-Request") == "for;4", text
        wait_for_mail(here, "patience", ANN, "secret2")
        server.wait_until(lambda: net.peer.mails, 20, "the message")


@test
def hold_limits():
    """Announced where mail is submitted only; more than announced is refused."""
    net = Net()
    net.site.config["queue"]["hold"] = "1h"
    with net.site.serve() as here:
        with Smtp(here.at("smtp"), hello=None) as smtp:
            assert "FUTURERELEASE" not in smtp.done("EHLO x.test")
        with logged_in(here) as smtp:
            assert re.search(r"FUTURERELEASE 3600 \S+Z", smtp.done("EHLO x.test"))
            smtp.refused(f"MAIL FROM:<{JO}> HOLDFOR=3601", "501 5.5.4")
            smtp.refused(f"MAIL FROM:<{JO}> HOLDUNTIL=2099-01-01T00:00:00Z", "501 5.5.4")
            smtp.refused(f"MAIL FROM:<{JO}> HOLDFOR=1 HOLDUNTIL=2020-01-01T00:00:00Z", "501 5.5.4")
            smtp.done(f"MAIL FROM:<{JO}> HOLDFOR=3600")


@test
def priority():
    """A user's priority goes with the message and into Received; a stranger gets ahead of nobody."""
    net = Net(peer=["MT-PRIORITY"])
    with net.site.serve() as here:
        submit(here, ["<a@peer.test>"], f"<{JO}> MT-PRIORITY=3")
        server.wait_until(lambda: net.peer.mails, 20, "the message")
        assert "MT-PRIORITY=3" in net.peer.mails[0].mail
        assert re.search(rb"\tPRIORITY 3;\r\n", net.peer.mails[0].content), net.peer.mails[0].content
        with Smtp(here.at("smtp")) as smtp:
            smtp.refused("MAIL FROM:<> MT-PRIORITY=3", r"250 2\.3\.6 0 ")
            smtp.done("RSET")
            smtp.refused("MAIL FROM:<> MT-PRIORITY=-3", r"250 2\.1\.0 ")
            smtp.done(f"RCPT TO:<{ANN}>")
            assert smtp.data(MESSAGE % b"low")[0] == 250
        assert "PRIORITY -3;" in wait_for_mail(here, "low", ANN, "secret2")
