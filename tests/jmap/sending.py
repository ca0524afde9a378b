"""sending.py - a mail is written, sent and read again, by every protocol (RFC 8621 7)"""

import imaplib
import json
import poplib
import re
import time

import server
from jmap import ANN, CORE, JO, MAIL, SUBMISSION, Client, Events, served
from report import test
from wire import Wire


def role(client, name):
    return next(one["id"] for one in client.call("Mailbox/get", {"ids": None})["list"] if one["role"] == name)


def draft(client, mailbox, to, subject="hällo", **further):
    return {"mailboxIds": {mailbox: True}, "keywords": {"$draft": True}, "subject": subject,
            "from": [{"name": "Jo", "email": client.user}], "to": [{"email": one} for one in to],
            "bodyValues": {"1": {"value": "grüße\n"}}, "textBody": [{"partId": "1", "type": "text/plain"}]} | further


def identity(client):
    return client.call("Identity/get", {"ids": None})["list"][0]


def submit(client, to, envelope=None, **further):
    """The response to EmailSubmission/set."""
    inbox = role(client, "inbox")
    one = {"emailId": "#mail", "identityId": identity(client)["id"]}
    if envelope:
        one["envelope"] = envelope
    (_, made, _), (name, sent, _), *_ = client.calls(
        ("Email/set", {"create": {"mail": draft(client, inbox, to, **further)}}),
        ("EmailSubmission/set", {"create": {"sent": one}}))
    assert made["created"] and name == "EmailSubmission/set", (made, sent)
    return sent


@test
def from_one_to_the_other():
    """By JMAP out and in; at once for IMAP and POP3, too; and the reader is told."""
    with served() as running, Client(running) as jo, Client(running, ANN) as ann:
        stream = Events(ann, "EmailDelivery")
        sent = submit(jo, [ANN])
        assert "sent" in sent["created"], sent
        (found,) = ann.call("Email/query")["ids"]
        (mail,) = ann.call("Email/get", {"ids": [found], "fetchTextBodyValues": True})["list"]
        assert mail["subject"] == "hällo" and mail["from"] == [{"name": "Jo", "email": JO}]
        assert [one["value"] for one in mail["bodyValues"].values()] == ["grüße\n"]
        assert stream.next()["event"] == "state"
        stream.close()
        imap = imaplib.IMAP4(*running.at("imap"))
        imap.login(ANN, server.PASSWORDS[ANN])
        imap.select()
        text = imap.fetch("1", "BODY[HEADER]")[1][0][1].decode()
        assert re.search(r"^Return-Path: <jo@example\.test>", text, re.M), text
        assert re.search(r"^Received: from \[127\.0\.0\.1\]", text, re.M), text
        imap.logout()
        pop = poplib.POP3(*running.at("pop3"))
        pop.user(ANN)
        pop.pass_(server.PASSWORDS[ANN])
        assert any(b"Subject:" in line for line in pop.retr(1)[1])
        pop.quit()
        told = running.site.run_well("why", mail["messageId"][0])
        assert JO in told and ANN in told, told


@test
def blind_copies_stay_blind():
    with served() as running, Client(running) as jo, Client(running, ANN) as ann:
        sent = submit(jo, [JO], bcc=[{"email": ANN}])
        assert sent["created"], sent
        for reader in (ann, jo):
            ids = reader.call("Email/query", {"filter": {"subject": "hällo"}})["ids"]
            got = reader.call("Email/get", {"ids": ids, "properties": ["bcc", "keywords", "header:Return-Path"]})
            arrived = [one for one in got["list"] if one["header:Return-Path"]]
            assert arrived and not any(one["bcc"] for one in arrived), got


@test
def recipients_that_are_refused():
    """Some of them; all of them; and what is no sender of ours."""
    with served() as running, Client(running) as jo:
        def envelope(*to, sender=JO):
            return {"mailFrom": {"email": sender, "parameters": None},
                    "rcptTo": [{"email": one, "parameters": None} for one in to]}

        sent = submit(jo, [ANN], envelope(ANN, "nobody@example.test"))
        assert sent["created"], sent
        made = jo.call("EmailSubmission/get", {"ids": [sent["created"]["sent"]["id"]]})["list"][0]
        status = made["deliveryStatus"]
        assert status[ANN]["smtpReply"].startswith("250 "), status
        assert status["nobody@example.test"]["smtpReply"].startswith("550 5.1.1"), status
        assert not submit(jo, [ANN], envelope("nobody@example.test"))["created"]
        sent = submit(jo, [ANN], envelope(ANN, sender="ann@example.test"))
        assert sent["notCreated"]["sent"]["type"] in ("forbiddenMailFrom", "forbiddenToSend"), sent


@test
def later_or_never():
    """FUTURERELEASE, and that it is taken back before its time."""
    with served() as running, Client(running) as jo, Client(running, ANN) as ann:
        when = {"HOLDFOR": "3600"}
        sent = submit(jo, [ANN], {"mailFrom": {"email": JO, "parameters": when},
                                  "rcptTo": [{"email": ANN, "parameters": None}]})
        made = jo.call("EmailSubmission/get", {"ids": [sent["created"]["sent"]["id"]]})["list"][0]
        assert made["undoStatus"] == "pending", made
        assert ANN in running.site.run_well("queue", "list")
        assert ann.call("Email/query")["ids"] == []
        done = jo.call("EmailSubmission/set", {"update": {made["id"]: {"undoStatus": "canceled"}}})
        assert made["id"] in done["updated"], done
        assert ANN not in running.site.run_well("queue", "list")
        again = jo.call("EmailSubmission/set", {"update": {made["id"]: {"undoStatus": "canceled"}}})
        assert again["notUpdated"] or made["id"] in again["updated"], again


@test
def senders_that_go_away():
    """At any moment: what is kept here was sent, too, or not, and the server goes on."""
    with served() as running, Client(running) as jo, Client(running, ANN) as ann:
        inbox, mine = role(jo, "inbox"), identity(jo)["id"]
        document = json.dumps({"using": [CORE, MAIL, SUBMISSION], "methodCalls": [
            ["Email/set", {"accountId": jo.account, "create": {"mail": draft(jo, inbox, [ANN])}}, "0"],
            ["EmailSubmission/set", {"accountId": jo.account, "create": {
                "sent": {"emailId": "#mail", "identityId": mine}}}, "1"]]})
        head = (f"POST /jmap/api HTTP/1.1\r\nHost: a.test\r\nAuthorization: {jo.login}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(document)}\r\n\r\n")
        for i in range(15):
            wire = Wire(running.at("http"))
            wire.send(head + document)
            time.sleep(0.004 * i)
            wire.close()
        assert submit(jo, [ANN])["created"]
        sent, kept = len(ann.call("Email/query")["ids"]), len(jo.call("Email/query")["ids"])
        assert 1 <= sent <= kept, (sent, kept)


@test
def rates_count():
    with served(submission={"messages-per-hour": "2"}, limits={"exempt": "192.0.2.0/24"}) as running, Client(running) as jo:
        done = [bool(submit(jo, [ANN])["created"]) for _ in range(4)]
        assert done == [True, True, False, False], done


@test
def never_from_a_sandbox():
    with server.sandbox("--http", "0") as running, Client(running, "jo@x.test", "any", service="http") as jo:
        (name, answer, _), *_ = jo.calls(("EmailSubmission/set", {"create": {}}))
        assert name == "error" and answer["type"] in ("accountNotSupportedByMethod", "unknownMethod", "forbidden")
