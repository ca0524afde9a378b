"""libraries.py - Python's smtplib, poplib and imaplib"""

import hashlib
import imaplib
import poplib
import re
import smtplib

import client
import server
from report import test
from sending import app_password
from wire import tls_context

JO, ANN = "jo@example.test", "ann@example.test"


def message_ids(folder):
    return re.findall(r"Message-ID: <(\w+)@", "".join(folder))


@test
def smtplib_sends():
    with server.sandbox() as running, smtplib.SMTP(*running.at("smtp"), timeout=30) as smtp:
        text = client.message("by smtplib")
        assert smtp.sendmail("app@client.test", [JO, ANN], client.octets(text)) == {}
        smtp.noop()
        smtp.rset()
        client.check_arrival(running, text)
        client.check_arrival(running, text, ANN)


@test
def smtplib_with_STARTTLS_and_login():
    with server.Site().serve() as running, smtplib.SMTP(*running.at("submission"), timeout=30) as smtp:
        text = client.message("by smtplib", sender=JO)
        smtp.starttls(context=tls_context())
        smtp.login(JO, "secret")
        assert smtp.sendmail(JO, [ANN], client.octets(text)) == {}
        client.check_arrival(running, text, ANN, "secret2")


@test
def smtplib_over_TLS():
    with server.sandbox() as running:
        with smtplib.SMTP_SSL(*running.at("submissions"), timeout=30, context=tls_context()) as smtp:
            text = client.message("by smtplib")
            smtp.sendmail("app@client.test", [JO], client.octets(text))
        client.check_arrival(running, text)


@test
def smtplib_with_SMTPUTF8():
    with server.sandbox() as running, smtplib.SMTP(*running.at("smtp"), timeout=30) as smtp:
        text = client.message("Grüße", recipient="jörg@exämple.test", sender="ä@client.test")
        smtp.sendmail("ä@client.test", ["jörg@exämple.test"], client.octets(text), ["SMTPUTF8", "BODY=8BITMIME"])
        assert text in client.mail_in(running, "all")[0]


# ---- POP3 ----

def reads_all(pop, texts):
    """STAT, LIST, UIDL, RETR and TOP agree with one another and with what was put there."""
    count, size = pop.stat()
    sizes = [int(line.split()[1]) for line in pop.list()[1]]
    assert count == len(texts) and size == sum(sizes) == sum(len(client.octets(t)) for t in texts)
    uids = [line.split()[1] for line in pop.uidl()[1]]
    assert len(set(uids)) == count, uids
    for number, text in enumerate(texts, 1):
        assert "\n".join(line.decode() for line in pop.retr(number)[1]) + "\n" == text
        head = pop.top(number, 1)[1]
        assert head[-1].decode() == text.partition("\n\n")[2].split("\n")[0]
    return uids


@test
def poplib_reads_and_deletes():
    texts = [client.message(f"number {n}") for n in range(3)]
    with server.sandbox() as running:
        client.put(running, JO, *texts)
        pop = poplib.POP3(*running.at("pop3"), timeout=30)
        pop.user(JO)
        pop.pass_("any")
        uids = reads_all(pop, texts)
        pop.dele(2)
        pop.rset()
        pop.dele(1)
        pop.quit()
        pop = poplib.POP3_SSL(*running.at("pop3s"), timeout=30, context=tls_context())
        pop.user(JO)
        pop.pass_("other")
        assert reads_all(pop, texts[1:]) == uids[1:]
        pop.quit()


@test
def poplib_with_STLS():
    with server.Site().serve() as running:
        client.put(running, JO, client.message(), password="secret")
        pop = poplib.POP3(*running.at("pop3"), timeout=30)
        assert "STLS" in pop.capa()
        pop.stls(context=tls_context())
        assert "STLS" not in pop.capa()
        pop.user(JO)
        pop.pass_("secret")
        reads_all(pop, [client.message()])
        pop.quit()


def apop(running, user, secret):
    pop = poplib.POP3(*running.at("pop3"), timeout=30)
    try:
        pop.apop(user, secret)
        assert pop.stat()[0] == 0
        pop.quit()
        return True
    except poplib.error_proto:
        return False
    finally:
        pop.close()


@test
def poplib_with_APOP():
    site = server.Site()
    secret = app_password(site)
    with site.serve() as running:
        assert apop(running, JO, secret), "an app password was refused"
        assert not apop(running, JO, "secret"), "the account's password is not there for APOP"
        assert not apop(running, ANN, secret), "another's app password was taken"
        assert not apop(running, "nobody@example.test", secret)


@test
def poplib_with_UTF8():
    with server.sandbox() as running:
        pop = poplib.POP3(*running.at("pop3"), timeout=30)
        pop.utf8()
        pop.user(JO)
        pop.pass_("any")
        assert pop.stat() == (0, 0)
        pop.quit()


# ---- IMAP ----

def login(running, user=JO, password="any"):
    imap = imaplib.IMAP4(*running.at("imap"), timeout=30)
    imap.login(user, password)
    return imap


def good(answer):
    assert answer[0] == "OK", answer
    return answer[1]


def numbers(answer):
    return [int(n) for n in good(answer)[0].split()]


@test
def imaplib_appends_fetches_and_searches():
    with server.sandbox() as running:
        imap = login(running)
        for n in range(1, 5):
            good(imap.append("INBOX", r"\Seen" if n == 1 else None, f'"{n:02}-Nov-2026 10:00:00 +0000"',
                             client.octets(client.message(f"number {n}", lines=[f"word{n}", "common"]))))
        assert good(imap.select()) == [b"4"]
        assert numbers(imap.search(None, "UNSEEN")) == [2, 3, 4]
        assert numbers(imap.search(None, "SUBJECT", '"number 3"')) == [3]
        assert numbers(imap.search(None, "OR", "BODY", "word2", "TEXT", "word4")) == [2, 4]
        assert numbers(imap.search("UTF-8", "SINCE", "02-Nov-2026", "BEFORE", "04-Nov-2026", "TEXT", "common")) == [2, 3]
        assert numbers(imap.search(None, "NOT", "1:2", "LARGER", "10")) == [3, 4]
        head, body = good(imap.fetch("2", "(FLAGS BODY.PEEK[TEXT])"))[0]
        assert body == b"word2\r\ncommon\r\n" and b"\\Seen" not in head, (head, body)
        answer = good(imap.fetch("3", "(ENVELOPE BODYSTRUCTURE RFC822.SIZE INTERNALDATE UID)"))[0]
        assert b'"number 3"' in answer and b'("TEXT" "PLAIN"' in answer.upper() and b" 3-Nov-2026" in answer, answer
        assert good(imap.fetch("4", "BODY[]<0.5>"))[0][1] == b"From:"
        assert b"\\Seen" in good(imap.fetch("4", "FLAGS"))[0], "reading BODY[] sets \\Seen"
        imap.logout()


@test
def imaplib_stores_copies_moves_and_expunges():
    with server.sandbox() as running:
        client.put(running, JO, *[client.message(f"number {n}") for n in range(1, 7)])
        imap = login(running)
        good(imap.create("box"))
        good(imap.create("box/inner"))
        good(imap.subscribe("box"))
        assert len(good(imap.list())) == 3
        good(imap.select())
        good(imap.store("1:2", "+FLAGS", r"(\Flagged $Mine)"))
        good(imap.copy("1:3", "box"))
        good(imap.uid("MOVE", "4", "box"))
        good(imap.store("1", "+FLAGS", r"(\Deleted)"))
        assert good(imap.expunge())[-1:] == [b"1"]
        assert numbers(imap.search(None, "ALL")) == [1, 2, 3, 4]
        assert good(imap.status("box", "(MESSAGES UNSEEN)")) == [b"box (MESSAGES 4 UNSEEN 4)"]
        assert good(imap.select("box")) == [b"4"]
        assert numbers(imap.search(None, "KEYWORD", "$Mine", "FLAGGED")) == [1, 2]
        good(imap.rename("box", "K&AOQ-sten"))  # Kästen
        good(imap.unselect())
        good(imap.delete("K&AOQ-sten/inner"))
        imap.logout()


@test
def imaplib_idles():
    """imaplib of Python 3.11 has no IDLE: said by hand over its connection."""
    with server.sandbox() as running:
        imap = login(running)
        good(imap.select())
        imap.send(b"x1 IDLE\r\n")
        assert imap.readline().startswith(b"+ ")
        with smtplib.SMTP(*running.at("smtp"), timeout=30) as smtp:
            smtp.sendmail("a@client.test", [JO], client.octets(client.message()))
        assert imap.readline() == b"* 1 EXISTS\r\n"
        imap.send(b"DONE\r\n")
        while not (line := imap.readline()).startswith(b"x1 "):
            assert line.startswith(b"* "), line
        assert line.startswith(b"x1 OK"), line
        imap.logout()


@test
def imaplib_authenticates_with_CRAM_MD5_and_STARTTLS():
    site = server.Site()
    site.config["auth"]["allow-plaintext-login"] = "no"
    secret = app_password(site)
    with site.serve() as running:
        imap = imaplib.IMAP4(*running.at("imap"), timeout=30)
        imap.starttls(tls_context())
        imap.login_cram_md5(JO, secret)
        imap.logout()
        imap = imaplib.IMAP4_SSL(*running.at("imaps"), timeout=30, ssl_context=tls_context())
        imap.login(JO, "secret")
        imap.logout()


@test
def what_goes_in_comes_out_byte_for_byte():
    """Odd but lawful octets, by each way in and each way out."""
    lines = ["\x01\x7f\t", "ends in blanks   ", "." * 50, "=3D is not decoded", "é" * 400, "", ""]
    text = client.message("bytes", lines=lines)
    digest = hashlib.sha256(client.octets(text)).hexdigest()
    with server.sandbox() as running:
        with smtplib.SMTP(*running.at("smtp"), timeout=30) as smtp:
            smtp.sendmail("a@client.test", [JO], client.octets(text))
        client.put(running, JO, text)
        pop = poplib.POP3(*running.at("pop3"), timeout=30)
        pop.user(JO)
        pop.pass_("any")
        found = [b"".join(line + b"\r\n" for line in pop.retr(n)[1]) for n in (1, 2)]
        pop.quit()
        imap = login(running)
        good(imap.select())
        found += [part[1] for part in good(imap.fetch("1:2", "BODY[]")) if isinstance(part, tuple)]
        imap.logout()
        assert [hashlib.sha256(one).hexdigest() for one in found] == [digest] * 4
