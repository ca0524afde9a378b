"""net.py - a server of ours, and peers whose EHLO announces what the test wants

    net = Net(peer=("DSN", "8BITMIME"))   # mail for peer.test goes to a scripted server
    with net.site.serve() as here: ...
    net.peer.mails                        # what it heard
"""

import os
import re
import socket
import ssl
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE)]
import nameserver
import server
from wire import Imap, Smtp

JO, ANN = "jo@example.test", "ann@example.test"
LOGIN = "AUTH PLAIN AGpvQGV4YW1wbGUudGVzdABzZWNyZXQ="
PEER_ADDRESS = "127.0.0.5"


class Mail:
    """One transaction that a peer saw."""

    def __init__(self, line):
        self.mail, self.recipients, self.content, self.verb = line, [], b"", None


class Peer(threading.Thread):
    """Takes all mail but that for refused@; one session at a time."""

    def __init__(self, port, keywords, certificate=None):
        super().__init__(daemon=True)
        self.keywords, self.mails, self.lines = list(keywords), [], []
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.socket = socket.create_server((PEER_ADDRESS, port))
        self.start()

    def run(self):
        while True:
            peer = self.socket.accept()[0]
            try:
                self.session(peer)
            except OSError:
                pass
            finally:
                peer.close()

    def session(self, peer):
        lines, secure, mail = peer.makefile("rb"), False, None
        peer.sendall(b"220 peer.test\r\n")
        while line := lines.readline():
            text = line.decode("utf-8").rstrip("\r\n")
            verb = text.split()[0].upper()
            self.lines.append(text)
            if verb == "EHLO":
                words = ["peer.test", *self.keywords]
                words += ["STARTTLS"] if self.context and not secure else []
                peer.sendall("".join(f"250{'-' if n < len(words) else ' '}{one}\r\n"
                                     for n, one in enumerate(words, 1)).encode())
            elif verb == "STARTTLS" and self.context:
                peer.sendall(b"220 go\r\n")
                peer = self.context.wrap_socket(peer, server_side=True)
                lines, secure = peer.makefile("rb"), True
            elif verb == "MAIL":
                mail = Mail(text)
                peer.sendall(b"250 ok\r\n")
            elif verb == "RCPT" and "<refused@" in text:
                peer.sendall(b"550 5.7.1 not him\r\n")
            elif verb == "RCPT":
                mail.recipients.append(text)
                peer.sendall(b"250 ok\r\n")
            elif verb == "DATA" and mail.recipients:
                peer.sendall(b"354 go\r\n")
                mail.content, mail.verb = b"".join(iter(lines.readline, b".\r\n")), "DATA"
                self.mails.append(mail)
                peer.sendall(b"250 ok\r\n")
            elif verb == "BDAT":
                mail.content += lines.read(int(text.split()[1]))
                mail.verb = "BDAT"
                if text.upper().endswith("LAST"):
                    self.mails.append(mail)
                peer.sendall(b"250 ok\r\n")
            elif verb == "QUIT":
                peer.sendall(b"221 bye\r\n")
                return
            else:
                peer.sendall(b"250 ok\r\n" if verb in ("RSET", "HELO") else b"503 no\r\n")


def certificate(folder, name, authority=None):
    """(certificate, key) for a host; its own authority unless one is given."""
    cert, key = f"{folder}/{name}.pem", f"{folder}/{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
                    "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


class Net:
    def __init__(self, peer=None, with_tls=False, trusted=True, zone=None):
        with socket.socket() as one:
            one.bind((PEER_ADDRESS, 0))
            self.port = one.getsockname()[1]
        self.site = server.Site()
        self.names = nameserver.NameServer({"peer.test": {"A": PEER_ADDRESS}, **(zone or {})})
        self.site.config["dns"] = {"server": self.names.at, "mode": "forward"}
        self.site.config["delivery"] = {"port": str(self.port)}
        self.site.config["queue"] = {"first-retry": "1s"}
        self.site.config["listen"]["lmtp"] = "127.0.0.1:0"
        pair = certificate(self.site.folder, "peer.test") if with_tls else None
        if pair and trusted:
            self.site.config["delivery"]["trust"] = pair[0]
        self.peer = Peer(self.port, peer, pair) if peer is not None else None


MESSAGE = b"From: <jo@example.test>\r\nTo: <ann@example.test>\r\nSubject: %s\r\n\r\nhello\r\n"


def logged_in(running):
    smtp = Smtp(running.at("submission"))
    smtp.done("STARTTLS")
    smtp.start_tls()
    smtp.done("EHLO client.test")
    smtp.done(LOGIN)
    return smtp


def submit(running, recipients, sender=f"<{JO}>", subject="test", content=None):
    """recipients: what follows RCPT TO:, parameters included; the final reply."""
    with logged_in(running) as smtp:
        smtp.done(f"MAIL FROM:{sender}")
        for one in recipients:
            smtp.done(f"RCPT TO:{one}")
        code, text = smtp.data(content or MESSAGE % subject.encode())
        assert code == 250, f"{code} {text}"
        return text


def mails(running, user=JO, password="secret"):
    """The messages of INBOX, whole."""
    with Imap(running.at("imap"), user, password) as imap:
        imap.done("SELECT INBOX")
        return [text for text in imap.done("UID FETCH 1:* (BODY.PEEK[])") if "FETCH" in text]


def wait_for_mail(running, text, user=JO, password="secret"):
    """The one message that has the text."""
    def look():
        return next((one for one in mails(running, user, password) if text in one), None)
    return server.wait_until(look, 20, f"{text!r} in the mailbox of {user}")


def field(message, name):
    found = re.search(rf"(?m)^{name}: (.*)\r$", message)
    assert found, f"no {name} in {message}"
    return found[1]
