"""events.py - what changes is told as it happens (RFC 8620 7.3)"""

import http.client
import imaplib
import smtplib
import time

import server
from jmap import JO, Client, Events, served
from report import test


def deliver(running, subject="hello", to=JO):
    with smtplib.SMTP(*running.at("smtp")) as smtp:
        smtp.sendmail("x@y.test", [to], f"Subject: {subject}\r\n\r\n{subject}\r\n")


def changed(event, client):
    assert event["event"] == "state" and event["data"]["@type"] == "StateChange"
    assert set(event["data"]["changed"]) == {client.account}
    return event["data"]["changed"][client.account]


@test
def a_delivery_and_a_flag():
    """Each is told within a second, with the states that /get has."""
    with served() as running, Client(running) as jo:
        stream = Events(jo)
        begin = time.monotonic()
        deliver(running)
        states = changed(stream.next(), jo)
        assert time.monotonic() - begin < 1
        assert set(states) == {"Email", "EmailDelivery", "Mailbox", "Thread"}, states
        assert jo.call("Email/get", {"ids": []})["state"] == states["Email"]
        imap = imaplib.IMAP4(*running.at("imap"))
        imap.login(JO, "secret")
        imap.select()
        begin = time.monotonic()
        imap.store("1", "+FLAGS", r"\Flagged")
        again = changed(stream.next(), jo)
        assert time.monotonic() - begin < 1
        assert set(again) == {"Email"} and again["Email"] != states["Email"], again
        imap.logout()
        stream.close()


@test
def some_types_only():
    with served() as running, Client(running) as jo:
        mail, none = Events(jo, "EmailDelivery"), Events(jo, "Email,Nothing")
        deliver(running)
        assert set(changed(mail.next(), jo)) == {"EmailDelivery"}
        assert set(changed(none.next(), jo)) == {"Email"}
        mail.close()
        none.close()


@test
def the_end_after_a_state():
    """And then the connection is of use for more."""
    with served() as running, Client(running) as jo:
        stream = Events(jo, closeafter="state")
        deliver(running)
        assert stream.next() and stream.next() is None
        stream.link.request("GET", "/.well-known/jmap", headers={"Authorization": jo.login})
        assert stream.link.getresponse().status == 200


@test
def what_was_missed():
    with served() as running, Client(running) as jo:
        first = Events(jo)
        deliver(running, "one")
        last = first.next()["id"]
        first.close()
        deliver(running, "two")
        second = Events(jo, last=last)
        assert "EmailDelivery" in changed(second.next(), jo)
        third = Events(jo, last="never heard of")
        assert "Email" in changed(third.next(), jo)
        second.close()
        third.close()


@test
def pings():
    """The interval is told, for it need not be the one that was asked for."""
    with served() as running, Client(running) as jo:
        stream = Events(jo, ping="1")
        begin = time.monotonic()
        ping = stream.next(40)
        assert ping["event"] == "ping" and "id" not in ping
        assert abs(time.monotonic() - begin - ping["data"]["interval"]) < 1.5, ping
        stream.close()


@test
def it_ends_with_the_password():
    with served() as running, Client(running) as jo:
        stream = Events(jo)
        deliver(running)
        assert stream.next()
        running.site.run_well("user", "passwd", JO, "--password-stdin", stdin="another\n")
        try:
            assert stream.next() is None
        except (OSError, http.client.HTTPException):
            pass  # it breaks off
        with Client(running, password="another") as client:
            assert client.session["username"] == JO


@test
def malformed_wishes():
    with served() as running, Client(running) as jo:
        for query in ("", "types=*", "types=*&closeafter=x&ping=0", "types=*&closeafter=no&ping=-1",
                      "types=&closeafter=no&ping=0", "types=*&closeafter=no&ping=x"):
            assert jo.request("GET", f"/jmap/eventsource?{query}")[0] == 400, query


@test
def many_streams():
    """Beside them the server stops as ever."""
    with served() as running, Client(running) as jo:
        streams = [Events(jo) for _ in range(20)]
        deliver(running)
        for stream in streams:
            assert changed(stream.next(), jo)
        for stream in streams[:10]:
            stream.close()
        deliver(running)
        for stream in streams[10:]:
            assert changed(stream.next(), jo)


@test
def of_a_sandbox():
    with server.sandbox("--http", "0") as running, Client(running, "a@x.test", "any", service="http") as client:
        stream = Events(client, "Email")
        deliver(running, to="a@x.test")
        assert changed(stream.next(), client)
        stream.close()
