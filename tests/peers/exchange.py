"""exchange.py - mail to and from Postfix, Exim and OpenSMTPD"""

import re

import network
from network import EXIM, JO, OPENSMTPD, PLAIN, POSTFIX, SIX, bring, header, wait_at_home, wait_in
from report import add, test
from sites import submit

DOMAINS = {"postfix": "postfix.test", "exim": "exim.test", "opensmtpd": "bsd.test"}
ADDRESSES = {"postfix": POSTFIX, "exim": EXIM, "opensmtpd": OPENSMTPD}
# What each writes into Received when TLS was used.
TLS_SIGNS = {"postfix": r"\(using TLSv1\.[23] ", "exim": r"with esmtps .*\(TLS1\.[23]\)",
             "opensmtpd": r"with ESMTPS .*\(TLSv1\.[23]:"}
NO_TLS = r" with E?SMTP "
home = None  # our server, running


def to_peer(peer):
    subject = f"to {peer}"
    submit(home, f"someone@{DOMAINS[peer]}", subject)
    text = wait_in(peer, subject)
    assert has_used_tls(peer, header(text, "Received")), header(text, "Received")
    assert text.endswith("\n\nhello\n"), text[-200:]


def has_used_tls(peer, received):
    """OpenSMTPD 6.8 as Debian has it ends every handshake of others by an error of its own, beside
    whatever certificate: then there was one, and we have gone on without."""
    if re.search(TLS_SIGNS[peer], received):
        return True
    with open(f"/var/log/{peer}.out", encoding="utf-8", errors="replace") as log:
        return peer == "opensmtpd" and "SSL routines::EVP lib" in log.read()


def to_peer_plain(peer):
    subject = f"plainly to {peer}"
    submit(home, f"someone@untls.{DOMAINS[peer]}", subject)
    text = wait_in(peer, subject)
    assert re.search(NO_TLS, header(text, "Received"), re.I), header(text, "Received")


def from_peer(peer):
    subject = f"from {peer}"
    bring(ADDRESSES[peer], f"someone@{DOMAINS[peer]}", JO, subject)
    text = wait_at_home(home, subject)
    assert " with ESMTPS " in header(text, "Received"), header(text, "Received")
    assert f"<someone@{DOMAINS[peer]}>" == header(text, "Return-Path"), text[:200]


def from_peer_plain(peer):
    subject = f"plainly from {peer}"
    bring(ADDRESSES[peer], f"someone@{DOMAINS[peer]}", PLAIN, subject)
    text = wait_at_home(home, subject)
    assert " with ESMTP " in header(text, "Received"), header(text, "Received")


def unknown_at_ours(peer):
    """It gets our 550 and tells its own sender, who is JO here."""
    subject = f"nobody from {peer}"
    bring(ADDRESSES[peer], JO, "nobody@example.test", subject)

    def report():
        return [text for text in network.inbox(home) if subject in text and "5.1.1" in text and
                "nobody@example.test" in text]
    network.server.wait_until(report, 30, f"a report of {peer}")


def large(peer):
    """Dots at the beginning of lines, long lines and 300 KiB, both ways."""
    body = (b"." + b"x" * 900 + b"\r\n..\r\n.\tdot\r\n") * 330
    subject = f"large from {peer}"
    bring(ADDRESSES[peer], f"someone@{DOMAINS[peer]}", JO, subject, body)
    text = wait_at_home(home, subject)
    wanted = body.decode().replace("\r\n", "\n")
    assert text.partition("\n\n")[2].startswith(wanted), "another text than was sent"


for one in DOMAINS:
    add(f"to {one} with TLS", lambda one=one: to_peer(one))
    add(f"to {one} without", lambda one=one: to_peer_plain(one))
    add(f"from {one} with TLS", lambda one=one: from_peer(one))
    add(f"from {one} without", lambda one=one: from_peer_plain(one))
    add(f"no such user: {one} reports it", lambda one=one: unknown_at_ours(one))
    add(f"large, from {one}", lambda one=one: large(one))


@test
def from_postfix_over_IPv6():
    bring(POSTFIX, "someone@postfix.test", SIX, "six from postfix")
    received = header(wait_at_home(home, "six from postfix"), "Received")
    assert " with ESMTPS " in received and "[IPv6:::1]" in received, received


@test
def postfix_submits_with_TLS_and_SASL():
    """and we carry it on to Exim"""
    bring(POSTFIX, JO, "someone@relayed.exim.test", "relayed")
    text = wait_in("exim", "relayed")
    assert " with ESMTPSA " in text.replace("\n\t", " "), text[:1000]


@test
def by_a_smarthost_that_wants_a_log_in():
    submit(home, "someone@authed.exim.test", "authed")
    assert "with esmtpsa" in header(wait_in("exim", "authed"), "Received")


@test
def dane():
    """the right key is trusted, the wrong one gets no mail"""
    submit(home, "someone@bad.dane.test", "bad DANE")
    submit(home, "someone@good.dane.test", "good DANE")
    wait_in("postfix", "good DANE")
    network.server.wait_until(lambda: "unreachable destination=bad.dane.test" in home.log, 10, "a refusal to send")
    assert re.search(r"destination=bad\.dane\.test .*status=4\.7\.5", home.log), home.log[-2000:]
    assert not network.find("postfix", "bad DANE")


@test
def ways_by_dns():
    """IPv6, an MX that is an alias, a domain that is an alias, 1,000 MX, two MX that are no use"""
    for name in "six", "named", "other", "fallback", "many":
        submit(home, f"someone@{name}.postfix.test", f"way {name}")
    for name in "six", "named", "other", "fallback", "many":
        wait_in("postfix", f"way {name}", 30)
