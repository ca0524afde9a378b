"""six.py - the journey over IPv6, there and back: found by AAAA, checked by ip6: and ip6.arpa"""

import re
import socket

import nameserver
import server
import sites
from report import skip, test
from sites import JO, MARY, MARY_PASSWORD
from wire import Smtp

HOME = "jo@home.test"
REVERSE = "1" + ".0" * 31 + ".ip6.arpa"  # of ::1


def free_port():
    with socket.socket(socket.AF_INET6) as one:
        try:
            one.bind(("::1", 0))
        except OSError:
            skip("this system has no IPv6 loopback")
        return one.getsockname()[1]


class SixNet:
    """Two sites at ::1, each with a port of its own, to which the other delivers."""

    def __init__(self):
        ports = free_port(), free_port()
        self.names = nameserver.NameServer({
            "example.test": {"MX": (10, "mail.example.test"), "TXT": "v=spf1 ip6:::1 -all"},
            "mail.example.test": {"AAAA": "::1"},
            "home.test": {"MX": (10, "mail.example.test")},
            "recipient.test": {"MX": (10, "mx.recipient.test"), "TXT": "v=spf1 ip6:2001:db8::/32 ~all"},
            "mx.recipient.test": {"AAAA": "::1"},
            REVERSE: {"PTR": "mail.example.test"}})
        self.sender = sites.sending_site(self.names, ports[1])
        self.recipient = sites.sending_site(self.names, ports[0])
        for site, port in (self.sender, ports[0]), (self.recipient, ports[1]):
            site.config["listen"] = {"smtp": f"[::1]:{port}", "submission": "[::1]:0", "imap": "[::1]:0"}
        self.sender.config["domain home.test"] = {}  # which the recipient does not know
        self.sender.run_well("alias", "add", HOME, JO)
        self.recipient.config[""]["hostname"] = "mx.recipient.test"
        self.recipient.config["domain recipient.test"] = {}
        self.recipient.run_well("user", "add", MARY, "--password-stdin", stdin=f"{MARY_PASSWORD}\n")


def unfolded(mail):
    return re.sub(r"\r?\n[ \t]+", " ", mail)


@test
def six_there():
    """an arrival by IPv6: SPF, iprev and Received know the address, TLS is used"""
    net = SixNet()
    with net.recipient.serve() as there, net.sender.serve() as here:
        sites.submit(here, MARY, "over six")
        mail = unfolded(sites.wait_for(there, MARY, MARY_PASSWORD, "over six"))
        assert re.search(r"delivery.connected .*address=::1 tls=TLSv1", here.log), here.log[-2000:]
    for words in (r"Received: from mail\.example\.test \(\[IPv6:::1\]\) by mx\.recipient\.test with ESMTPS ",
                  r"spf=pass ", r"iprev=pass policy\.iprev=\"?::1", r"client-ip=\"?::1"):
        assert re.search(words, mail), f"{words}: {mail}"


@test
def six_back():
    """the other way: an address that SPF does not name; and an unknown user, of whom the sender hears"""
    net = SixNet()
    with net.recipient.serve() as there, net.sender.serve() as here:
        with Smtp(there.at("submission")) as smtp:
            smtp.done("STARTTLS")
            smtp.start_tls()
            smtp.done("EHLO [IPv6:::1]")
            smtp.done("AUTH PLAIN AG1hcnlAcmVjaXBpZW50LnRlc3QAc2VjcmV0Mw==")
            for to, subject in (HOME, "and back"), ("nobody@home.test", "to nobody"):
                text = f"From: <{MARY}>\r\nTo: <{to}>\r\nSubject: {subject}\r\n\r\nhello\r\n".encode()
                code, said = smtp.mail(MARY, [to], text)
                assert code == 250, f"{code} {said}"
        mail = unfolded(sites.wait_for(here, JO, sites.JO_PASSWORD, "and back"))
        assert "spf=softfail" in mail and "[IPv6:::1]" in mail, mail
        bounce = sites.wait_for(there, MARY, MARY_PASSWORD, "multipart/report")
        assert "5.1.1" in bounce and "nobody@home.test" in bounce, bounce


@test
def six_literals():
    """HELO and an address with an IPv6 literal are understood (RFC 5321 4.1.3)"""
    net = SixNet()
    with net.sender.serve() as here, Smtp(here.at("smtp")) as smtp:
        smtp.done("EHLO [IPv6:2001:db8::1]")
        smtp.done("MAIL FROM:<a@[IPv6:2001:db8::1]>")
        smtp.refused("RCPT TO:<b@[IPv6:2001:db8::2]>", "550 5.7.1")
        smtp.done(f"RCPT TO:<{JO}>")
        code, said = smtp.data(b"Subject: literally\r\n\r\nhello\r\n")
        assert code == 250, f"{code} {said}"
        mail = unfolded(server.wait_until(
            lambda: (found := sites.inbox(here, JO, sites.JO_PASSWORD)) and "literally" in found and found, 10, "it"))
        assert "Return-Path: <a@[IPv6:2001:db8::1]>" in mail and "from [IPv6:2001:db8::1]" in mail, mail
