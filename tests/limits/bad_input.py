"""bad_input.py - lines, literals, commands and mails beyond what is sensible"""

import random

import server
from hostile import JO, PROTOCOLS, last_words, pour, raw, refusal, served
from report import add, test
from wire import Closed, Imap, Pop3, Smtp

REFUSED = {"smtp": r"[45]\d\d ", "submission": r"[45]\d\d ", "imap": r"(\* BYE|\* BAD|\S+ BAD|\S+ NO) ", "pop3": r"-ERR "}


def long_line(service):
    """Ten megabytes without a line end, then with one."""
    def run():
        with served() as running, raw(running, service) as wire:
            if pour(wire, b"A" * 65536, 160):
                pour(wire, b"\r\n", 1)
            refusal(last_words(wire), REFUSED[service])
    return run


def long_words(service):
    """A command with its argument beyond each limit, one after another."""
    def run():
        with served() as running:
            for size in (256, 1000, 2049, 8200, 13000, 70000):
                with raw(running, service) as wire:
                    wire.say(("NOOP " if service != "imap" else "a NOOP ") + "x" * size, "QUIT")
                    assert last_words(wire), f"{size}: no answer"
    return run


def many_commands(service, line):
    """Thousands of commands by one who does not log in."""
    def run():
        with served() as running, raw(running, service) as wire:
            pour(wire, (line + "\r\n").encode() * 50, 200)
            words = last_words(wire)
            assert len(words) < 5000, f"{len(words)} answers before login"
            refusal(words[-1:], r"421 |\* BYE |-ERR ")
    return run


def faults(service):
    """Nonsense ends the session at some time."""
    def run():
        with served() as running, raw(running, service) as wire:
            pour(wire, b"this is no command\r\n", 1000)
            words = last_words(wire)
            assert len(words) < 200, f"{len(words)} answers to nonsense"
            refusal(words[-1:], r"421 |\* BYE |-ERR ")
    return run


def random_octets(service):
    def run():
        noise = random.Random(1)
        with served() as running:
            for _ in range(20):
                with raw(running, service) as wire:
                    pour(wire, noise.randbytes(4000) + b"\r\n", 5)
                    wire.end_output()
                    last_words(wire)
    return run


def http(service):
    """A browser that is led to a mail port must not get commands through."""
    def run():
        with served() as running:
            for verb in ("GET / HTTP/1.1", "POST / HTTP/1.1", "OPTIONS * HTTP/1.1"):
                with raw(running, service) as wire:
                    pour(wire, f"{verb}\r\nHost: mail.example.test\r\nContent-Length: 99999\r\n\r\n".encode() +
                         (f"MAIL FROM:<a@x.test>\r\nRCPT TO:<{JO}>\r\nDATA\r\n\r\nx\r\n.\r\n" * 2).encode(), 1)
                    words = last_words(wire)
                    refusal(words, REFUSED[service])
                    assert not any(word.startswith(("250 ", "354 ")) for word in words), words
    return run


for _service in PROTOCOLS:
    add(f"{_service}: a line without end", long_line(_service))
    add(f"{_service}: long arguments", long_words(_service))
    add(f"{_service}: nonsense", faults(_service))
    add(f"{_service}: random octets", random_octets(_service))
    add(f"{_service}: HTTP", http(_service))
for _service, _line in [("smtp", "NOOP"), ("smtp", "RSET"), ("smtp", "EHLO x.test"), ("smtp", "VRFY jo"),
                        ("pop3", "CAPA"), ("pop3", "NOOP"), ("imap", "a NOOP"), ("imap", "a CAPABILITY")]:
    add(f"{_service}: thousands of {_line}", many_commands(_service, _line))


# ---- IMAP ----

@test
def imap_huge_literals():
    with served() as running:
        for size in ("4294967296", "99999999999999999999", "1000000000", "2147483648"):
            for sign in ("", "+"):
                with raw(running, "imap") as wire:
                    wire.say(f"a LOGIN {{{size}{sign}}}")
                    refusal(last_words(wire), r"(a BAD|a NO|\* BYE) ")
        with Imap(running.at("imap"), JO, "secret") as imap:
            status = imap.command("APPEND INBOX {99999999999}")[1]
            assert status.startswith(("NO [TOOBIG]", "BAD [LIMIT]")), status
            imap.done("NOOP")


def imap_survives(name, command):
    """Any tagged answer will do, or BYE; the server and its memory must stand it."""
    def run():
        with served() as running, Imap(running.at("imap"), JO, "secret") as imap:
            imap.append("INBOX", b"Subject: x\r\n\r\ny\r\n")
            imap.done("SELECT INBOX")
            try:
                imap.command(command)
                imap.done("NOOP")
            except (Closed, OSError):
                pass
    add(f"imap: {name}", run)


imap_survives("a million parentheses", "SEARCH " + "(" * 1_000_000 + "ALL" + ")" * 1_000_000)
imap_survives("thousands of parentheses", "SEARCH " + "(" * 20_000 + "ALL" + ")" * 20_000)
imap_survives("thousands of NOT", "SEARCH " + "NOT " * 12_000 + "ALL")
imap_survives("thousands of OR", "SEARCH " + "OR SEEN " * 6_000 + "ALL")
imap_survives("a set of many ranges", "FETCH " + ",".join(f"{n}:{n + 1}" for n in range(1, 8000, 2)) + " FLAGS")
imap_survives("the widest set", "UID FETCH 1:4294967295,4294967295:1,*:* (UID)")
imap_survives("many items", "FETCH 1 (" + " ".join(["BODY[]"] * 5000) + ")")
imap_survives("a deep section", "FETCH 1 BODY[" + ".".join(["1"] * 5000) + "]")
imap_survives("a partial at the end of numbers", "FETCH 1 BODY[]<4294967295.4294967295>")
imap_survives("a pattern of stars", 'LIST "" "' + "*a" * 2000 + '"')
imap_survives("a pattern of percents", 'LIST "" "' + "%/" * 2000 + '"')
imap_survives("a deep name", "CREATE " + "/".join(["x"] * 2000))
imap_survives("many flags", "STORE 1 FLAGS (" + " ".join(f"k{n}" for n in range(3000)) + ")")
imap_survives("many header fields", "FETCH 1 BODY[HEADER.FIELDS (" + " ".join(["To"] * 4000) + ")]")


# ---- SMTP and mails ----

@test
def smtp_DATA_of_one_endless_line():
    with served() as running, Smtp(running.at("smtp")) as smtp:
        code, text = smtp.mail("a@x.test", [JO], b"Subject: x\r\n\r\n" + b"z" * 5_000_000 + b"\r\n")
        assert code in (250, 500, 552, 554), f"{code} {text}"


@test
def smtp_a_mail_beyond_the_size_that_was_not_announced():
    site = server.Site()
    site.config["limits"]["message-size"] = "1M"
    with served(site) as running, Smtp(running.at("smtp")) as smtp:
        code, text = smtp.mail("a@x.test", [JO], b"Subject: x\r\n\r\n" + (b"z" * 78 + b"\r\n") * 250_000)
        assert code == 552, f"{code} {text}"


@test
def smtp_thousands_of_recipients():
    with served() as running, Smtp(running.at("smtp")) as smtp:
        smtp.done("MAIL FROM:<a@x.test>")
        smtp.send("".join(f"RCPT TO:<jo+{n}@example.test>\r\n" for n in range(1500)))
        codes = [smtp.reply()[0] for _ in range(1500)]
        assert codes.count(250) == 1000 and set(codes[1000:]) == {452}, {c: codes.count(c) for c in set(codes)}
        assert smtp.data(b"Subject: x\r\n\r\ny\r\n")[0] == 250


@test
def smtp_guessing_recipients_ends_the_session():
    with served() as running, raw(running, "smtp") as wire:
        wire.say("EHLO x.test", "MAIL FROM:<a@x.test>")
        pour(wire, b"RCPT TO:<guess@example.test>\r\n", 500)
        words = last_words(wire)
        refusal(words[-1:], r"421 ")
        assert len(words) < 150, len(words)


def smtp_mail_survives(name, mail):
    """Taken or refused for good; read in full by IMAP when taken."""
    def run():
        with served() as running:
            with Smtp(running.at("smtp")) as smtp:
                code, text = smtp.mail("a@x.test", [JO], mail)
                assert code == 250 or code >= 500, f"{code} {text}"
            with Imap(running.at("imap"), JO, "secret") as imap:
                imap.done("SELECT INBOX")
                if code == 250:
                    imap.done("FETCH 1 (ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER] RFC822.SIZE)")
    add(f"mail: {name}", run)


def nested_parts(depth):
    text = b"MIME-Version: 1.0\r\n"
    for n in range(depth):
        text += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
    return text + b"\r\nx\r\n"


smtp_mail_survives("20,000 header fields", b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\nx\r\n")
smtp_mail_survives("a header field of 2 MB", b"Subject:" + b" word" * 10 + (b"\r\n " + b"y" * 70) * 28_000 + b"\r\n\r\nx\r\n")
smtp_mail_survives("a thousand nested multiparts", nested_parts(1000))
smtp_mail_survives("a thousand nested messages", b"Content-Type: message/rfc822\r\n\r\n" * 1000 + b"x\r\n")
smtp_mail_survives("50,000 parts", b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\n" * 50_000 + b"--b--\r\n")
smtp_mail_survives("100,000 addresses", b"To: " + b",\r\n ".join(b"u%d@x.test" % n for n in range(100_000)) + b"\r\n\r\nx\r\n")
smtp_mail_survives("comments in comments", b"To: " + b"(" * 900 + b")" * 900 + b" a@x.test\r\n\r\nx\r\n")
smtp_mail_survives("NUL and high octets", b"Subject: \x00\xff\xfe\r\n\r\n\x00\x80\r\n")
smtp_mail_survives("no header", b"just text\r\n")
smtp_mail_survives("nothing", b"")


# ---- POP3 ----

@test
def pop3_numbers():
    with served() as running, Pop3(running.at("pop3"), JO, "secret") as pop:
        for number in ("0", "1", "-1", "99999999999999999999", "4294967297", "1x", "1 1 1", ""):
            for verb in ("RETR", "DELE", "LIST", "UIDL", "TOP"):
                line = f"{verb} {number}".rstrip()
                if line in ("LIST", "UIDL"):
                    continue
                assert pop.command(line).startswith("-ERR"), line
                pop.done("NOOP")


@test
def a_client_that_leaves_in_the_middle_delivers_nothing():
    with served() as running:
        for end in (b"", b"\r\n", b"\r\n.", b"\r\n.\r"):
            for shut in (True, False):
                with Smtp(running.at("smtp")) as smtp:
                    smtp.done("MAIL FROM:<a@x.test>")
                    smtp.done(f"RCPT TO:<{JO}>")
                    smtp.done("DATA")
                    smtp.send(b"Subject: half\r\n\r\nbody" + end)
                    if shut:
                        smtp.end_output()
                        last_words(smtp)
        with Imap(running.at("imap")) as imap:
            imap.done(f"LOGIN {JO} secret")
            imap.say("a APPEND INBOX {1000+}")
            imap.send(b"Subject: half\r\n")
            imap.end_output()
            last_words(imap)
        with Imap(running.at("imap"), JO, "secret") as imap:
            assert "* 0 EXISTS" in imap.done("SELECT INBOX")


