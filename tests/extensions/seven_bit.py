"""seven_bit.py - content of 8 bits and more for servers that take 7 (RFC 6152 3)"""

import base64
import email
import email.policy
import subprocess

import report
import server
from content import BINARY, submit_binary
from net import JO, Net, field, logged_in, submit, wait_for_mail
from report import test

try:
    import dkim
except ImportError:
    dkim = None

HEAD = "From: <jo@example.test>\r\nTo: <a@peer.test>\r\nSubject: sieben\r\nMIME-Version: 1.0\r\n"
TEXT = "Grüße aus der Küche, in der wir alle sitzen.\r\n"
MIXED = (HEAD + "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--b\r\n"
         "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + TEXT +
         "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + HEAD +
         "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + TEXT + "\r\n--b--\r\n")
SIGNED = (HEAD + "Content-Type: multipart/signed; boundary=b; protocol=\"x/y\"; micalg=x\r\n\r\n--b\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n\r\n" + TEXT +
          "--b\r\nContent-Type: x/y\r\n\r\nz\r\n--b--\r\n")


def carried(net, send):
    """What the peer has got, after send(running); it is in ASCII and was announced as such."""
    with net.site.serve() as here:
        send(here)
        server.wait_until(lambda: net.peer.mails, 20, "the message")
        mail = net.peer.mails[0]
        assert "BODY=" not in mail.mail and mail.content.isascii() and b"\0" not in mail.content, mail.mail
        return mail.content


def submit_8bit(running, text):
    """As a program does that does not even say so."""
    with logged_in(running) as smtp:
        code, said = smtp.mail(JO, ["a@peer.test"], text.encode())
        assert code == 250, f"{code} {said}"


def verify(site, octets, selector):
    key = subprocess.run(["openssl", "rsa", "-in", f"{site.folder}/data/dkim/{selector}.example.test.pem", "-pubout",
                          "-outform", "DER"], capture_output=True, check=True).stdout
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(key)
    return dkim.verify(octets, dnsfunc=lambda name, timeout=5: record)


@test
def text_becomes_quoted_printable():
    """Parts and what they say stay; our signature is of what is sent."""
    net = Net(peer=["PIPELINING"])
    net.site.config["domain example.test"] = {"dkim-selector": "postroom-rsa"}
    octets = carried(net, lambda here: submit_8bit(here, MIXED))
    message = email.message_from_bytes(octets, policy=email.policy.default)
    text, attached = message.get_payload()
    inner = attached.get_payload()[0]
    assert (text.get_content(), inner.get_content()) == (TEXT, TEXT), octets
    assert text["Content-Transfer-Encoding"] == inner["Content-Transfer-Encoding"] == "quoted-printable", octets
    assert message["Content-Transfer-Encoding"] == "7bit" and octets.startswith(b"DKIM-Signature:"), octets
    if not dkim:
        report.skip("no python3-dkim")
    assert verify(net.site, octets, "postroom-rsa"), octets


@test
def binary_becomes_base64():
    """Of a peer with chunks and 8 bits, but without BINARYMIME."""
    net = Net(peer=["CHUNKING", "8BITMIME"])
    octets = carried(net, lambda here: submit_binary(here, "a@peer.test"))
    found = email.message_from_bytes(octets).get_payload(decode=True)
    assert found == BINARY.partition(b"\r\n\r\n")[2], octets


@test
def what_was_only_called_8bit_goes_as_it_is():
    net = Net(peer=["PIPELINING"])
    content = HEAD.encode() + b"Content-Transfer-Encoding: 8bit\r\n\r\nplain\r\n"
    octets = carried(net, lambda here: submit(here, ["<a@peer.test>"], f"<{JO}> BODY=8BITMIME", content=content))
    assert octets.endswith(content[content.index(b"Subject"):]), octets


@test
def what_is_signed_goes_back():
    net = Net(peer=["PIPELINING"])
    with net.site.serve() as here:
        submit_8bit(here, SIGNED)
        text = wait_for_mail(here, "multipart/report")
        assert field(text, "Status") == "5.6.3", text
        assert not net.peer.mails and not any(line.startswith("MAIL") for line in net.peer.lines)
