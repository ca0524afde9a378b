"""proxies.py - the PROXY protocol and XCLIENT: the client that a listed proxy tells of is the one that counts"""

import socket
import struct

from net import ANN, JO, MESSAGE, Net, wait_for_mail
from report import test
from wire import Imap, Smtp, Wire

CLIENT = "192.0.2.7"
SPF = {"client.test": {"TXT": f"v=spf1 ip4:{CLIENT} -all"}}
V1 = f"PROXY TCP4 {CLIENT} 127.0.0.1 4000 25\r\n".encode()
V2 = (b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack(">H", 12) + socket.inet_aton(CLIENT) +
      socket.inet_aton("127.0.0.1") + struct.pack(">HH", 4000, 25))


class Proxied(Smtp):
    """A connection whose first octets are a proxy's."""

    def __init__(self, at, header, hello="EHLO client.test", **keywords):
        Wire.__init__(self, at, **keywords)
        self.send(header)
        self.greeting = self.reply()
        self.done(hello)


def check_arrived(running, subject, read):
    text = read(subject)
    assert f"([{CLIENT}])" in text, text
    assert "spf=pass" in text, text
    assert f"peer={CLIENT}" in running.log, running.log[-2000:]


def from_stranger(smtp, subject):
    code, said = smtp.mail("a@client.test", [ANN], MESSAGE % subject.encode())
    assert code == 250, f"{code} {said}"


@test
def proxy_header():
    """Versions 1 and 2, on a listener of each kind; without one nobody is heard."""
    net = Net(zone=SPF)
    net.site.config["proxy"] = {"header": "127.0.0.0/8"}

    def read(subject):
        with Imap.__new__(Imap) as imap:
            Wire.__init__(imap, here.at("imap"))
            imap.count = 0
            imap.send(V1)
            imap.line()
            imap.done(f'LOGIN "{ANN}" "secret2"')
            imap.done("SELECT INBOX")
            return next(one for one in imap.done("FETCH 1:* (BODY.PEEK[])") if subject in one)

    with net.site.serve() as here:
        for number, header in enumerate((V1, V2)):
            with Proxied(here.at("smtp"), header) as smtp:
                from_stranger(smtp, f"number {number}")
            check_arrived(here, f"number {number}", read)
        with Wire(here.at("smtp")) as wire:
            wire.say("EHLO client.test")
            assert wire.rest() == []


@test
def proxy_header_of_a_stranger():
    """From an address that is not listed it is a command like any other."""
    net = Net(zone=SPF)
    net.site.config["proxy"] = {"header": "127.0.0.9"}
    with net.site.serve() as here, Smtp(here.at("smtp"), hello=None) as smtp:
        smtp.refused(V1.decode().strip(), "500 ")


@test
def xclient():
    """XCLIENT changes whose session it is, and who logged in."""
    net = Net(zone=SPF, peer=[])
    net.site.config["proxy"] = {"xclient": "127.0.0.0/8"}
    with net.site.serve() as here, Smtp(here.at("smtp"), hello="EHLO proxy.test") as smtp:
        smtp.done(f"XCLIENT ADDR={CLIENT} PORT=5 NAME=[UNAVAILABLE]")
        smtp.done("EHLO client.test")
        from_stranger(smtp, "by xclient")
        check_arrived(here, "by xclient", lambda subject: wait_for_mail(here, subject, ANN, "secret2"))
        smtp.refused("MAIL FROM:<a@client.test>", "250 ")
        smtp.refused("RCPT TO:<a@peer.test>", "550 ")
        smtp.done("RSET")
        smtp.done(f"XCLIENT ADDR={CLIENT} LOGIN={JO}")
        smtp.done("EHLO client.test")
        smtp.done(f"MAIL FROM:<{JO}>")
        smtp.done("RCPT TO:<a@peer.test>")
        smtp.done("RSET")
        smtp.refused("XCLIENT ADDR=nonsense", "421 ")


@test
def xclient_of_a_stranger():
    """Those who are not listed hear neither of it nor may use it."""
    net = Net()
    with net.site.serve() as here, Smtp(here.at("smtp"), hello=None) as smtp:
        assert "XCLIENT" not in smtp.done("EHLO x.test")
        smtp.refused(f"XCLIENT ADDR={CLIENT}", "550 5.7.0")
