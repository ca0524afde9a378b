"""reading.py - Email/get, Email/parse and snippets, beside what Python's email finds"""

import email
import email.policy
import imaplib
import os

import jmap
import server
from report import skip, test

AT_ONCE = 40
PROPERTIES = ["bodyStructure", "bodyValues", "headers", "size"]
PART = ["partId", "blobId", "size", "type", "name", "disposition"]

MESSAGE = b"""\
From: Jo <jo@example.test>
To: "Ann, the first" <ann@example.test>, Friends: b@example.test;
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= & more
Date: Fri, 02 Jan 2026 03:04:05 +0100
Message-ID: <one@example.test>
Content-Type: multipart/mixed; boundary=o

--o
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe aus K=F6ln
--a
Content-Type: text/html; charset=utf-8

<p>Gr\xc3\xbc\xc3\x9fe aus <b>K\xc3\xb6ln</b></p>
--a--
--o
Content-Type: application/octet-stream; name=data.bin
Content-Disposition: attachment
Content-Transfer-Encoding: base64

AAECAwQ=
--o
Content-Type: message/rfc822

Subject: within

inner text
--o--
""".replace(b"\n", b"\r\n")


def append(running, octets):
    host, port = running.at("imaps")
    link = imaplib.IMAP4_SSL(host, port)
    link.login(jmap.JO, server.PASSWORDS[jmap.JO])
    assert link.append("INBOX", r"(\Flagged $Forwarded)", '"02-Jan-2026 03:04:05 +0000"', octets)[0] == "OK"
    link.logout()


def stored(jo):
    """The id of the only email."""
    ids = jo.call("Email/query")["ids"]
    assert len(ids) == 1, ids
    return ids[0]


def get(jo, **arguments):
    return jo.call("Email/get", {"ids": [stored(jo)]} | arguments)["list"][0]


@test
def an_email_of_imap():
    with jmap.served() as running, jmap.Client(running) as jo:
        append(running, MESSAGE)
        found = get(jo, fetchTextBodyValues=True)
        want = {
            "keywords": {"$flagged": True, "$forwarded": True}, "size": len(MESSAGE),
            "receivedAt": "2026-01-02T03:04:05Z", "messageId": ["one@example.test"], "inReplyTo": None,
            "from": [{"name": "Jo", "email": "jo@example.test"}],
            "to": [{"name": "Ann, the first", "email": "ann@example.test"},
                   {"name": None, "email": "b@example.test"}],
            "cc": None, "subject": "Grüße & more", "sentAt": "2026-01-02T03:04:05+01:00",
            "hasAttachment": True, "preview": "Grüße aus Köln"}
        for name, value in want.items():
            assert found[name] == value, (name, found[name])
        (text,), (html,), attached = found["textBody"], found["htmlBody"], found["attachments"]
        assert (text["type"], text["charset"], text["size"]) == ("text/plain", "iso-8859-1", 14), text
        assert found["bodyValues"] == {text["partId"]: {"value": "Grüße aus Köln", "isEncodingProblem": False,
                                                        "isTruncated": False}}, found["bodyValues"]
        assert html["type"] == "text/html" and [part["type"] for part in attached] == \
            ["application/octet-stream", "message/rfc822"], attached
        assert jo.download(attached[0]["blobId"])[2] == bytes(range(5))
        assert jo.download(found["blobId"])[2] == MESSAGE
        parsed = jo.call("Email/parse", {"blobIds": [attached[1]["blobId"]], "fetchAllBodyValues": True})
        inner, = parsed["parsed"].values()
        assert inner["subject"] == "within", inner
        assert [value["value"] for value in inner["bodyValues"].values()] == ["inner text"], inner
        assert jo.download(inner["textBody"][0]["blobId"])[2] == b"inner text"


@test
def forms_of_fields():
    want = {
        "header:to:asGroupedAddresses":
            [{"name": None, "addresses": [{"name": "Ann, the first", "email": "ann@example.test"}]},
             {"name": "Friends", "addresses": [{"name": None, "email": "b@example.test"}]}],
        "header:SUBJECT": " =?utf-8?q?Gr=C3=BC=C3=9Fe?= & more",
        "header:Subject:asText:all": ["Grüße & more"],
        "header:Message-ID:asMessageIds": ["one@example.test"],
        "header:X-None:asURLs": None, "header:X-None:asDate:all": []}
    with jmap.served() as running, jmap.Client(running) as jo:
        append(running, MESSAGE)
        found = get(jo, properties=list(want))
        assert found == want | {"id": stored(jo)}, found
        for bad in ("header:To:asDate", "header:Subject:asURLs", "header:", "header:Subject:all:asText", "From"):
            (name, error, _), = jo.calls(("Email/get", {"ids": [], "properties": [bad]}))
            assert (name, error["type"]) == ("error", "invalidArguments"), (bad, error)


@test
def threads_of_mail_that_comes_in_any_order():
    """RFC 8621 3: the reply first, and it tells of the thread that it is another one now."""
    with jmap.served() as running, jmap.Client(running) as jo:
        append(running, b"Subject: Re: a\r\nMessage-ID: <2@x>\r\nReferences: <1@x>\r\n\r\nb\r\n")
        reply = get(jo, properties=["threadId"])
        before = jo.call("Thread/get", {"ids": [reply["threadId"]]})
        append(running, b"Subject: a\r\nMessage-ID: <1@x>\r\n\r\na\r\n")
        (changes, thread) = (answer for _, answer, _ in jo.calls(
            ("Thread/changes", {"sinceState": before["state"]}), ("Thread/get", {"ids": [reply["threadId"]]})))
        assert changes["updated"] == [reply["threadId"]] and changes["newState"] == thread["state"], changes
        assert len(thread["list"][0]["emailIds"]) == 2 and not changes["created"], thread


@test
def what_imap_marks_as_deleted():
    """RFC 8621 4.1.1: not to be seen, counted or in a thread, until the mark is taken away."""
    with jmap.served() as running, jmap.Client(running) as jo:
        for text in (b"Message-ID: <1@x>\r\n\r\na\r\n", b"References: <1@x>\r\n\r\nb\r\n"):
            append(running, text)
        ids = jo.call("Email/query")["ids"]
        thread = jo.call("Email/get", {"ids": ids, "properties": ["threadId"]})["list"][0]["threadId"]
        first, second = jo.call("Thread/get", {"ids": [thread]})["list"][0]["emailIds"]
        imap = imaplib.IMAP4(*running.at("imap"))
        imap.login(jmap.JO, "secret")
        imap.select()
        since = jo.call("Email/get", {"ids": []})["state"]
        threads = jo.call("Thread/get", {"ids": []})["state"]
        for uids, left, changed in (("1", [second], ([thread], [])), ("2", [], ([], [thread]))):
            imap.store(uids, "+FLAGS", r"\Deleted")
            box, = jo.call("Mailbox/get")["list"]
            assert (box["totalEmails"], box["totalThreads"]) == (len(left), len(left)), box
            found = jo.call("Thread/get", {"ids": [thread]})
            assert [one["emailIds"] for one in found["list"]] == ([left] if left else []), found
            changes = jo.call("Thread/changes", {"sinceState": threads})
            assert (changes["updated"], changes["destroyed"]) == changed, changes
            threads = changes["newState"]
        changes = jo.call("Email/changes", {"sinceState": since})
        assert changes["updated"] == [] and sorted(changes["destroyed"]) == sorted([first, second]), changes
        imap.store("1:2", "-FLAGS", r"\Deleted")
        changes = jo.call("Email/changes", {"sinceState": changes["newState"]})
        assert (sorted(changes["created"]), changes["updated"]) == (sorted([first, second]), []), changes
        changes = jo.call("Thread/changes", {"sinceState": threads})
        assert (changes["created"], changes["updated"]) == ([thread], []), changes
        imap.logout()


@test
def snippets():
    with jmap.served() as running, jmap.Client(running) as jo:
        append(running, MESSAGE)
        for words, subject, preview in (("GRÜSSE", None, None),
                                        ("grüße", "<mark>Grüße</mark> &amp; more", "<mark>Grüße</mark> aus Köln"),
                                        ("inner", None, "<mark>inner</mark> text")):
            found = jo.call("SearchSnippet/get", {"filter": {"text": words}, "emailIds": [stored(jo)]})
            assert found["list"] == [{"emailId": stored(jo), "subject": subject, "preview": preview}], found


# ---- beside Python's email ----

# Reviewed: what Python finds otherwise, though it sees no defect, and why we stay with it.
EXPLAINED = {
    "a type is a token and a parameter follows a semicolon": "enmime/mail__mime-blank-media-name.raw",
    "x-uuencode is no encoding that is known": "mail-parser/legacy/026.eml mail-parser/legacy/048.eml",
    "between boundary lines that follow one another lies an empty part": "mail-parser/malformed/000.eml",
}


def messages():
    root = os.path.join(os.environ.get("POSTROOM_TESTDATA") or skip("no POSTROOM_TESTDATA"), "mime")
    explained = " ".join(EXPLAINED.values()).split()
    for path, _, names in sorted(os.walk(root)):
        for name in (os.path.relpath(os.path.join(path, name), root) for name in sorted(names)):
            if name.endswith((".eml", ".msg", ".raw")) and name not in explained:
                with open(os.path.join(root, name), "rb") as file:
                    octets = file.read()
                message = email.message_from_bytes(octets, policy=email.policy.compat32)
                if not any(part.defects for part in message.walk()):
                    yield name, octets, message


def their_leaves(message):
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        return [leaf for part in message.get_payload() for leaf in their_leaves(part)]
    return [message]


def our_leaves(part):
    if part["partId"] is None:
        return [leaf for inner in part["subParts"] for leaf in our_leaves(inner)]
    return [part]


def check_part(jo, found, ours, theirs):
    assert ours["type"] == theirs.get_content_type(), (ours, theirs.get_content_type())
    assert ours["disposition"] == theirs.get_content_disposition(), ours
    status, _, content = jo.download(ours["blobId"])
    assert status == 200 and len(content) == ours["size"], (ours, len(content))
    if theirs.is_multipart():
        return
    octets = theirs.get_payload(decode=True)
    assert content.rstrip() == octets.rstrip(), (ours, content[:200], octets[:200])
    if ours["type"].startswith("text/") and theirs.get_content_charset() == "utf-8":
        value = found["bodyValues"][ours["partId"]]
        assert value["value"] == content.decode("utf-8", "replace").replace("\r\n", "\n"), (ours, value)


def check_message(jo, found, octets, message):
    assert found["size"] == len(octets)
    names = [name for name, _ in message.items()]
    assert [field["name"] for field in found["headers"]] == names, names
    ours, theirs = our_leaves(found["bodyStructure"]), their_leaves(message)
    assert len(ours) == len(theirs), (ours, [part.get_content_type() for part in theirs])
    for mine, other in zip(ours, theirs):
        check_part(jo, found, mine, other)


@test
def public_messages_are_as_python_finds_them():
    known = list(messages())[::2]  # all of them take twice as long
    wrong = []
    with jmap.served() as running, jmap.Client(running) as jo:
        for start in range(0, len(known), AT_ONCE):
            some = {jo.upload(octets)["blobId"]: (name, octets, message)
                    for name, octets, message in known[start:start + AT_ONCE]}
            answer = jo.call("Email/parse", {"blobIds": list(some), "properties": PROPERTIES, "bodyProperties": PART,
                                             "fetchAllBodyValues": True})
            for blob, found in answer["parsed"].items():
                try:
                    check_message(jo, found, *some[blob][1:])
                except AssertionError as error:
                    wrong.append((some[blob][0], str(error)[:300]))
    assert not wrong, "\n".join(f"{name}: {why}" for name, why in wrong)
