"""routing.py - whose mail a real server takes: its own people's and nobody else's"""

import client
import server
from logins import log_in
from report import test
from wire import Smtp

JO, ANN = "jo@example.test", "ann@example.test"
MAIL = client.octets(client.message())

# Every disguise of a mail for elsewhere that old servers fell for, with the local ones that
# must not be turned into one.
RELAY_DISGUISES = [
    "victim@elsewhere.test", "victim@ELSEWHERE.test.", "victim@sub.example.test", "victim@example.test.elsewhere.test",
    "victim@[192.0.2.1]", "victim@[IPv6:2001:db8::1]", "victim@[127.0.0.1]", "victim@192.0.2.1",
    "@example.test:victim@elsewhere.test", "@mail.example.test,@example.test:victim@elsewhere.test",
]
UNKNOWN_DISGUISES = [
    "victim%elsewhere.test@example.test", "victim%elsewhere.test%example.test@mail.example.test",
    "elsewhere.test!victim@example.test", "example.test!elsewhere.test!victim@example.test",
    '"victim@elsewhere.test"@example.test', '"victim%elsewhere.test"@example.test',
    '"elsewhere.test!victim"@example.test', '"@elsewhere.test:victim"@example.test',
    "victim=elsewhere.test@example.test",
]
MALFORMED_DISGUISES = [
    "victim@elsewhere.test@example.test", "victim@example.test:25", "elsewhere.test!victim", "victim%elsewhere.test",
    "victim@example.test@", "<victim@elsewhere.test>", '"victim@elsewhere.test"', "@example.test:",
]


def stranger(running):
    smtp = Smtp(running.at("smtp"))
    smtp.done("MAIL FROM:<someone@elsewhere.test>")
    return smtp


@test
def strangers_bring_mail_for_our_people():
    with server.Site().serve() as running, Smtp(running.at("smtp")) as smtp:
        assert smtp.mail("someone@elsewhere.test", [JO, ANN], MAIL)[0] == 250
        for user, password in server.PASSWORDS.items():
            found = client.check_arrival(running, client.message(), user, password)
            assert found.startswith("Return-Path: <someone@elsewhere.test>\n"), found[:200]
            head = found[:found.index("From: ")]
            assert "Received: from client.test" in head or "Received: from client.example.test" in head, head
            assert "by mail.example.test" in head and " with ESMTP " in head.replace("\n\t", " "), head


@test
def unknown_people_are_refused():
    with server.Site().serve() as running, stranger(running) as smtp:
        for one in ["nobody@example.test", "nobody@EXAMPLE.test", "jox@example.test",
                    "nobody@mail.example.test", "nobody+jo@example.test"]:
            smtp.refused(f"RCPT TO:<{one}>", r"550 5\.1\.1 ")
        smtp.done(f"RCPT TO:<{JO}>")


@test
def strangers_cannot_relay():
    with server.Site().serve() as running, stranger(running) as smtp:
        for one in RELAY_DISGUISES:
            smtp.refused(f"RCPT TO:<{one}>", r"5\d\d 5\.[17]\.")
            smtp.done("NOOP")
            smtp.done(f"RCPT TO:<{JO}>")


@test
def local_parts_are_no_routes():
    with server.Site().serve() as running, stranger(running) as smtp:
        for one in UNKNOWN_DISGUISES:
            smtp.refused(f"RCPT TO:<{one}>", r"550 5\.1\.1 ")
            smtp.done(f"RCPT TO:<{JO}>")


@test
def malformed_recipients_are_refused():
    with server.Site().serve() as running, stranger(running) as smtp:
        for one in MALFORMED_DISGUISES:
            smtp.refused(f"RCPT TO:<{one}>", r"5\d\d 5\.[157]\.")
            smtp.done(f"RCPT TO:<{JO}>")


@test
def a_source_route_to_our_people_is_passed_over():
    with server.Site().serve() as running, stranger(running) as smtp:
        smtp.done(f"RCPT TO:<@elsewhere.test,@other.test:{JO}>")
        assert smtp.data(MAIL)[0] == 250
        client.check_arrival(running, client.message(), JO, "secret")


@test
def addresses_that_mean_jo():
    """Case, +detail, an alias, a quoted spelling: one mail each; twice the same person: one mail."""
    site = server.Site()
    site.run_well("alias", "add", "sales@example.test", JO, ANN)
    with site.serve() as running:
        names = [JO, "JO@Example.TEST", "jo+news@example.test", "sales@example.test", '"jo"@example.test']
        for n, one in enumerate(names):
            with stranger(running) as smtp:
                smtp.done(f"RCPT TO:<{one}>")
                assert smtp.data(client.octets(client.message(f"number {n}")))[0] == 250
        with stranger(running) as smtp:
            for one in [JO, "sales@example.test", "jo+x@example.test"]:
                smtp.done(f"RCPT TO:<{one}>")
            assert smtp.data(client.octets(client.message("number 5")))[0] == 250
        found = client.mail_in(running, JO, "secret")
        assert [one.partition("Subject: ")[2].split("\n")[0] for one in found] == [f"number {n}" for n in range(6)]
        assert len(client.mail_in(running, ANN, "secret2")) == 2


@test
def postmaster_is_somebody():
    """Even without a domain (RFC 5321 4.5.1)."""
    with server.Site().serve() as running:
        for one in ["postmaster", "Postmaster@example.test", "postmaster@mail.example.test"]:
            with stranger(running) as smtp:
                smtp.done(f"RCPT TO:<{one}>")


@test
def catch_all_and_a_loop_of_aliases():
    site = server.Site()
    site.config["domain example.test"] = {"catch-all": ANN}
    site.run_well("alias", "add", "ping@other.test", "pong@other.test")
    site.run_well("alias", "add", "pong@other.test", "ping@other.test")
    with site.serve() as running:
        with stranger(running) as smtp:
            smtp.done("RCPT TO:<whoever@example.test>")
            assert smtp.data(MAIL)[0] == 250
        client.check_arrival(running, client.message(), ANN, "secret2")
        with stranger(running) as smtp:
            smtp.refused("RCPT TO:<ping@other.test>", r"[45]\d\d ")
            smtp.refused("RCPT TO:<nobody@other.test>", r"550 5\.1\.1 ")


@test
def people_who_logged_in_may_send_away():
    with server.Site().serve() as running, Smtp(running.at("submissions"), tls=True) as smtp:
        log_in(smtp)
        smtp.done(f"MAIL FROM:<{JO}>")
        smtp.done("RCPT TO:<friend@elsewhere.test>")
        smtp.done(f"RCPT TO:<{ANN}>")
        assert smtp.data(client.octets(client.message(sender=JO)))[0] == 250
        client.check_arrival(running, client.message(sender=JO), ANN, "secret2")


@test
def a_mail_that_is_too_large_is_refused():
    site = server.Site()
    site.config["limits"]["message-size"] = "100K"
    with site.serve() as running, Smtp(running.at("smtp")) as smtp:
        smtp.refused("MAIL FROM:<a@x.test> SIZE=200000", r"552 5\.3\.4 ")
        smtp.done("MAIL FROM:<a@x.test>")
        smtp.done(f"RCPT TO:<{JO}>")
        reply = smtp.data(client.octets(client.message(lines=["z" * 70] * 3000)))
        assert reply[0] == 552, reply
        assert smtp.mail("a@x.test", [JO], MAIL)[0] == 250, "the session goes on"
        client.check_arrival(running, client.message(), JO, "secret")


@test
def more_recipients_than_allowed_are_for_later():
    site = server.Site()
    site.config["limits"]["recipients"] = "3"
    with site.serve() as running, Smtp(running.at("smtp")) as smtp:
        smtp.done("MAIL FROM:<a@x.test>")
        for n in range(3):
            smtp.done(f"RCPT TO:<jo+{n}@example.test>")
        smtp.refused(f"RCPT TO:<{ANN}>", r"452 4\.5\.3 ")
        assert smtp.data(MAIL)[0] == 250
        client.check_arrival(running, client.message(), JO, "secret")


@test
def only_CRLF_dot_CRLF_ends_a_mail():
    """SMTP smuggling: bare line ends are refused and nothing behind them is a command."""
    with server.Site().serve() as running:
        for end in [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\n.\r"]:
            with stranger(running) as smtp:
                smtp.done(f"RCPT TO:<{JO}>")
                smtp.done("DATA")
                smtp.send(b"Subject: outer\r\n\r\nbody" + end + b"MAIL FROM:<evil@x.test>\r\nRCPT TO:<" + ANN.encode() +
                          b">\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n")
                code, text = smtp.reply()
                assert code >= 500, f"{end!r}: {code} {text}"
                smtp.done("NOOP")
        assert client.mail_in(running, JO, "secret") == client.mail_in(running, ANN, "secret2") == []
