"""certificates.py - logging in by a client's certificate: EXTERNAL (RFC 4422 appendix A)"""

import base64
import signal
import socket

import client
import issuer
import server
from report import test
from wire import Imap, Pop3, Smtp, tls_context

JO, ANN = "jo@example.test", "ann@example.test"


def encoded(text):
    return base64.b64encode(text.encode()).decode() or "="


class Place:
    """A site that trusts an authority, and what that has signed."""

    def __init__(self):
        self.site = server.Site()
        self.folder = self.site.folder
        self.authority = issuer.self_signed(self.folder, "authority")
        self.site.config["tls"]["client-ca"] = self.authority[0]

    def signed(self, name, *names):
        return issuer.signed_by(self.authority, self.folder, name, *names)


def by_imap(running, pair, acting_as=""):
    with Imap(running.at("imaps"), tls=True, certificate=pair) as imap:
        if "AUTH=EXTERNAL" not in imap.done("CAPABILITY")[0]:
            assert imap.command("AUTHENTICATE EXTERNAL =")[1].startswith("NO ")
            return None
        return imap.command(f"AUTHENTICATE EXTERNAL {encoded(acting_as)}")[1].startswith("OK")


def by_smtp(running, pair, acting_as=""):
    with Smtp(running.at("submission"), certificate=pair) as smtp:
        assert "EXTERNAL" not in smtp.done("EHLO client.test")
        smtp.done("STARTTLS")
        smtp.start_tls()
        if "EXTERNAL" not in smtp.done("EHLO client.test"):
            smtp.refused("AUTH EXTERNAL =", r"504 ")
            return None
        return smtp.command(f"AUTH EXTERNAL {encoded(acting_as)}")[0] == 235


def by_pop3(running, pair, acting_as=""):
    with Pop3(running.at("pop3s"), tls=True, certificate=pair) as pop:
        pop.done("CAPA")
        if not any("EXTERNAL" in line for line in pop.lines()):
            assert pop.command("AUTH EXTERNAL =").startswith("-ERR")
            return None
        assert pop.command("AUTH EXTERNAL") == "+ "
        return pop.command(encoded(acting_as).replace("=", "") if not acting_as else encoded(acting_as)).startswith("+OK")


def who_gets_in(running, pair, acting_as=""):
    """True, False, or None where EXTERNAL is not offered: the same in every protocol."""
    answers = {by(running, pair, acting_as) for by in (by_imap, by_smtp, by_pop3)}
    assert len(answers) == 1, answers
    return answers.pop()


@test
def a_certificate_names_its_owner():
    place = Place()
    pair = place.signed("jo", f"email:{JO}", "DNS:example.test")
    with place.site.serve() as running:
        assert who_gets_in(running, pair) and who_gets_in(running, pair, JO) and who_gets_in(running, pair, "JO@example.test")
        assert who_gets_in(running, pair, ANN) is False
        assert who_gets_in(running, pair, "nobody@example.test") is False
        both = place.signed("both", f"email:{JO}", f"email:{ANN}")
        assert who_gets_in(running, both) and who_gets_in(running, both, ANN)
        assert who_gets_in(running, place.signed("nobody", "email:nobody@example.test")) is False
        assert who_gets_in(running, place.signed("nameless")) is False


@test
def only_who_is_signed_is_offered_it():
    place = Place()
    with place.site.serve() as running, server.Site().serve() as without:
        assert who_gets_in(running, None) is None
        assert who_gets_in(running, issuer.self_signed(place.folder, "forged", f"email:{JO}")) is None
        assert who_gets_in(without, place.signed("jo", f"email:{JO}")) is None
        with Imap(running.at("imaps"), JO, "secret", tls=True) as imap:  # as before
            imap.done("NOOP")


@test
def a_subject_that_the_configuration_knows():
    place = Place()
    place.site.config["tls"]["client-user"] = [f"{ANN} CN=ann,O=Example", f"{JO} CN=other,O=Example"]
    with place.site.serve() as running:
        pair = place.signed("ann")
        assert who_gets_in(running, pair) and who_gets_in(running, pair, ANN)
        assert who_gets_in(running, pair, JO) is False
        assert who_gets_in(running, place.signed("annette")) is False


def resumed(running, context, session=None):
    """A connection that may resume another: (was it, is EXTERNAL offered, its session)."""
    with socket.create_connection(running.at("imaps"), 10) as plain, \
            context.wrap_socket(plain, server_hostname="localhost", session=session) as secure:
        lines = secure.makefile("rb")
        lines.readline()
        secure.sendall(b"a CAPABILITY\r\n")
        offered = b"AUTH=EXTERNAL" in lines.readline()
        secure.sendall(b"b LOGOUT\r\n")
        lines.read()
        return secure.session_reused, offered, secure.session


@test
def a_resumed_session_ends_with_its_authority():
    """the ticket says who the client is, as long as the same authorities count"""
    place = Place()
    pair = place.signed("jo", f"email:{JO}")
    context = tls_context(pair)
    with place.site.serve() as running:
        assert resumed(running, context)[:2] == (False, True)
        session = resumed(running, context)[2]
        assert resumed(running, context, session)[:2] == (True, True)
        other = issuer.self_signed(place.folder, "other-authority")
        with open(other[0], encoding="ascii") as file:
            client.write(place.authority[0], file.read())
        running.signal(signal.SIGHUP)
        server.wait_until(lambda: "config.reloaded" in running.log)
        assert resumed(running, context, session)[:2] == (False, False)


@test
def a_revoked_certificate_is_none():
    place = Place()
    good, lost = place.signed("jo", f"email:{JO}"), place.signed("lost", f"email:{JO}")
    with open(place.authority[0], encoding="ascii") as file:
        client.write(f"{place.folder}/clients.pem", file.read() + issuer.revoked_by(place.authority, place.folder, lost))
    place.site.config["tls"]["client-ca"] = f"{place.folder}/clients.pem"
    with place.site.serve() as running:
        assert who_gets_in(running, good) is True
        assert who_gets_in(running, lost) is None


@test
def gsasl_and_curl_and_msmtp_with_a_certificate():
    place = Place()
    pair = place.signed("jo", f"email:{JO}")
    with place.site.serve() as running:
        host, port = running.at("imap")
        client.do("gsasl", "--client", "--imap", f"--connect={host}:{port}", "--mechanism=EXTERNAL", f"--authorization-id={JO}",
                  f"--x509-cert-file={pair[0]}", f"--x509-key-file={pair[1]}", "--x509-ca-file=", "--starttls", "--quiet",
                  "--hostname=mail.example.test", "--service=imap")
        host, port = running.at("imaps")
        client.do("curl", "--silent", "--show-error", "--insecure", "--cert", pair[0], "--key", pair[1], "--user", f"{JO}:",
                  "--login-options", "AUTH=EXTERNAL", f"imaps://{host}:{port}/")
        host, port = running.at("submissions")
        client.do("msmtp", f"--host={host}", f"--port={port}", "--tls=on", "--tls-starttls=off", "--tls-certcheck=off",
                  f"--tls-cert-file={pair[0]}", f"--tls-key-file={pair[1]}", "--auth=external", f"--user={JO}",
                  f"--from={JO}", ANN, stdin=client.message(sender=JO))
        assert len(client.mail_in(running, ANN, "secret2")) == 1
