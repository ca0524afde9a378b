"""strangers.py - policies on clients that nobody knows: DNS lists, reverse DNS, greylisting"""

import base64
import time

import nameserver
import server
from report import test
from wire import Smtp

JO, ANN = "jo@example.test", "ann@example.test"
TEXT = b"From: a@x.test\r\nSubject: x\r\n\r\nx\r\n"
NAMED, MISNAMED, NAMELESS, LISTED = "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"
RECORDS = {
    "2.0.0.127.in-addr.arpa": {"PTR": "named.test"}, "named.test": {"A": NAMED},
    "3.0.0.127.in-addr.arpa": {"PTR": "named.test"},
    "5.0.0.127.in-addr.arpa": {"PTR": "listed.test"}, "listed.test": {"A": LISTED},
    "5.0.0.127.list.test": {"A": "127.0.0.2"},
    "2.0.0.127.list.test": {"A": "127.255.255.254"},
}


def serve(names=None, **keys):
    site = server.Site()
    site.config["limits"] = {}
    site.config["smtp"] = {key.replace("_", "-"): value for key, value in keys.items()}
    if names:
        site.config["dns"] = {"server": names.at, "mode": "forward"}
    return site.serve()


def recipient(running, source, to=JO, sender="a@x.test"):
    """The reply to RCPT; a mail that is taken is sent, too."""
    with Smtp(running.at("smtp"), source=source) as smtp:
        smtp.done(f"MAIL FROM:<{sender}>")
        code, text = smtp.command(f"RCPT TO:<{to}>")
        if code == 250:
            assert smtp.data(TEXT)[0] == 250
        return f"{code} {text}"


@test
def who_is_on_a_list():
    names = nameserver.NameServer(RECORDS)
    with serve(names, dnsbl=["other.test", "list.test"]) as running:
        reply = recipient(running, LISTED)
        assert reply.startswith("550 5.7.1 ") and "list.test" in reply, reply
        assert recipient(running, LISTED, "postmaster").startswith("250 ")
        for one in [NAMED, NAMELESS]:
            assert recipient(running, one).startswith("250 ")
        with Smtp(running.at("submission"), source=LISTED) as smtp:
            smtp.done("AUTH PLAIN " + base64.b64encode(f"\0{JO}\0secret".encode()).decode())
            smtp.done(f"MAIL FROM:<{JO}>")
            smtp.done(f"RCPT TO:<{ANN}>")


@test
def who_has_no_name():
    names = nameserver.NameServer(RECORDS)
    with serve(names, reverse_dns="name") as running:
        for one in [NAMED, MISNAMED, LISTED]:
            assert recipient(running, one).startswith("250 "), one
        assert recipient(running, NAMELESS).startswith("550 5.7.25 ")
    with serve(names, reverse_dns="match") as running:
        assert recipient(running, NAMED).startswith("250 ")
        for one in [MISNAMED, NAMELESS]:
            assert recipient(running, one).startswith("550 5.7.25 "), one


@test
def a_session_is_asked_about_once():
    names = nameserver.NameServer(RECORDS)
    with serve(names, dnsbl="list.test") as running, Smtp(running.at("smtp"), source=LISTED) as smtp:
        for _ in range(3):
            smtp.done("MAIL FROM:<a@x.test>")
            smtp.refused(f"RCPT TO:<{JO}>", r"550 5\.7\.1 ")
            smtp.done("RSET")
        assert sum("list.test" in str(one) for one in names.questions) == 1, names.questions


@test
def a_silent_dns_refuses_nobody():
    names = nameserver.NameServer(RECORDS)
    names.silent = True
    with serve(names, dnsbl="list.test", reverse_dns="match") as running:
        with Smtp(running.at("smtp"), source=LISTED) as smtp:
            start = time.monotonic()
            smtp.done("MAIL FROM:<a@x.test>")
            smtp.done(f"RCPT TO:<{JO}>")
            assert time.monotonic() - start < 8
        # Who leaves while it is asked about, and a server that ends meanwhile.
        with Smtp(running.at("smtp"), source=LISTED) as smtp:
            smtp.say("MAIL FROM:<a@x.test>")
            time.sleep(0.3)
        with Smtp(running.at("smtp"), source=LISTED) as smtp:
            smtp.say("MAIL FROM:<a@x.test>")
            time.sleep(0.3)
            running.stop()


@test
def who_comes_for_the_first_time():
    with serve(greylist="yes", greylist_delay="1s") as running:
        assert recipient(running, NAMED).startswith("451 4.7.1 ")
        assert recipient(running, NAMED, "nobody@example.test").startswith("550 5.1.1 ")
        assert recipient(running, NAMED).startswith("451 4.7.1 ")
        time.sleep(1.1)
        assert recipient(running, NAMED, sender="b@x.test").startswith("451 4.7.1 ")
        assert recipient(running, NAMED).startswith("250 ")
        assert recipient(running, MISNAMED, ANN, "c@x.test").startswith("250 "), "the network is known"
