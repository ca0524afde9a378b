"""composing.py - what Email/set has written, as Python's email package reads it (RFC 8621 4.6)"""

import email
import email.header
import email.policy
import email.utils
import os
import random
import re

from jmap import JO, Client, served
from report import test
from sending import role

ROUNDS, HEADER_LINE, LINE_MAX = 100, 78, 998
# What is special in one of the many grammars of a message, and what is in none of them.
PIECES = ["a", "Z ", " ", "  ", "\t", "ä", "ééé", "日本", "\U0001f600", ",", '"', "\\", "(", ")", "@", "=", "?", "_", ".", ";",
          ":", "'", "%", "*", "=?utf-8?q?x?=", "x" * 30]


def made_up(source, most):
    return "".join(source.choices(PIECES, k=source.randrange(1, most)))


def same(got, want, what):
    """White space may be folded, and goes at both ends."""
    assert " ".join(got.split()) == " ".join(want.split()), (what, got, want)


def lines(text):
    return re.sub("\r\n?", "\n", text).rstrip("\n")


def addresses(message, field):
    value = message[field].replace("\r\n", "")
    return [(str(email.header.make_header(email.header.decode_header(name))), address)
            for name, address in email.utils.getaddresses([value])]


def check_lines(octets):
    header = octets.split(b"\r\n\r\n")[0]
    assert header.isascii(), header
    for line in octets.split(b"\r\n"):
        assert len(line) <= LINE_MAX and b"\n" not in line and b"\r" not in line, line
    for line in header.split(b"\r\n"):
        assert len(line) <= HEADER_LINE or b" " not in line.split(b": ", 1)[-1][1:], line


def check_message(octets, made, content):
    check_lines(octets)
    old = email.message_from_bytes(octets)
    new = email.message_from_bytes(octets, policy=email.policy.default)
    same(str(new["Subject"]), made["subject"], "subject")
    for field in "from", "to":
        got, want = addresses(old, field), made[field]
        assert [address for _, address in got] == [one["email"] for one in want], (field, got)
        for (name, _), one in zip(got, want):
            same(name, one["name"], field)
    text, html, file = [part for part in new.walk() if not part.is_multipart()]
    assert lines(text.get_content()) == lines(made["bodyValues"]["t"]["value"])
    assert lines(html.get_content()) == lines(made["bodyValues"]["h"]["value"])
    assert file.get_payload(decode=True) == content
    same(file.get_filename(), made["attachments"][0]["name"], "file name")


def make_up(source, mailbox, blob):
    return {"mailboxIds": {mailbox: True}, "subject": made_up(source, 40),
            "from": [{"name": made_up(source, 15), "email": JO}],
            "to": [{"name": made_up(source, 15), "email": f"to.{i}@c.test"} for i in range(source.randrange(1, 8))],
            "bodyValues": {"t": {"value": made_up(source, 300)}, "h": {"value": "<p>" + made_up(source, 50)}},
            "textBody": [{"partId": "t", "type": "text/plain"}], "htmlBody": [{"partId": "h", "type": "text/html"}],
            "attachments": [{"blobId": blob, "type": source.choice(["image/png", "text/plain", "application/x"]),
                             "name": "f" + made_up(source, 20)}]}


@test
def messages_of_all_kinds_of_text():
    source = random.Random(8621)
    with served() as running, Client(running) as jo:
        mailbox = role(jo, "inbox")
        for _ in range(ROUNDS):
            content = os.urandom(source.randrange(3000))
            made = make_up(source, mailbox, jo.upload(content)["blobId"])
            created = jo.call("Email/set", {"create": {"k": made}})["created"]["k"]
            status, _, octets = jo.download(created["blobId"])
            assert status == 200 and len(octets) == created["size"]
            check_message(octets, made, content)
