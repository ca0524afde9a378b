"""lmtp.py - mail that is carried to an LMTP server: by TCP, by a Unix socket, as the smarthost (RFC 2033)"""

import os
import re
import socket
import threading

import server
from report import test
from sites import JO, MARY, MARY_PASSWORD, Net, submit, wait_for
from wire import Smtp

BOB = "bob@recipient.test"


class Store(threading.Thread):
    """An LMTP server at a Unix socket. Behind the dot each recipient gets the next of their own
    replies, and 250 when there are no more."""

    def __init__(self, path, replies):
        super().__init__(daemon=True)
        self.replies, self.lines, self.takes = replies, [], []
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        self.socket.listen()
        self.start()

    def run(self):
        while True:
            peer = self.socket.accept()[0]
            with peer, peer.makefile("rb") as lines:
                self.serve(peer, lines)

    def serve(self, peer, lines):
        peer.sendall(b"220 store.test LMTP\r\n")
        named = []
        while line := lines.readline().decode().strip():
            self.lines.append(line)
            verb = line.split()[0].upper()
            if verb == "LHLO":
                peer.sendall(b"250-store.test\r\n250-ENHANCEDSTATUSCODES\r\n250 PIPELINING\r\n")
            elif verb == "DATA" and named:
                peer.sendall(b"354 go\r\n")
                content = b"".join(iter(lines.readline, b".\r\n"))
                peer.sendall("".join(self.reply(one, content) for one in named).encode())
                named = []
            elif verb in ("MAIL", "RCPT", "RSET", "NOOP"):
                named += re.findall("RCPT TO:<(.*?)>", line)
                peer.sendall(b"250 2.1.0 ok\r\n")
            else:
                peer.sendall(b"221 2.0.0 bye\r\n" if verb == "QUIT" else b"500 5.5.1 what\r\n")

    def reply(self, recipient, content):
        later = self.replies.get(recipient, [])
        reply = later.pop(0) if later else "250 2.0.0 stored"
        if reply.startswith("250"):
            self.takes.append((recipient, content))
        return reply + "\r\n"


def submit_to(running, recipients, subject):
    text = f"From: <{JO}>\r\nTo: {', '.join(recipients)}\r\nSubject: {subject}\r\n\r\n.dot\r\n".encode()
    with Smtp(running.at("submission")) as smtp:
        smtp.done("STARTTLS")
        smtp.start_tls()
        smtp.done("EHLO client.test")
        smtp.done("AUTH PLAIN AGpvQGV4YW1wbGUudGVzdABzZWNyZXQ=")
        code, said = smtp.mail(JO, recipients, text)
        assert code == 250, f"{code} {said}"


def carries_to_our_own(net, address, key, section, there):
    net.sender.config.setdefault(section, {}).update({key: address, f"{'smarthost-' * (key == 'smarthost')}protocol":
                                                      "lmtp"})
    with net.sender.serve() as here:
        submit(here, MARY, "by lmtp")
        wait_for(there, MARY, MARY_PASSWORD, "by lmtp")
        submit(here, "nobody@recipient.test", "lost")
        bounce = wait_for(here, JO, "secret", "multipart/report")
        assert "5.1.1" in bounce and "nobody@recipient.test" in bounce, bounce


@test
def lmtp_by_tcp():
    """A route leads to our own LMTP listener."""
    net = Net()
    net.recipient.config["listen"]["lmtp"] = "127.0.0.3:0"
    with net.recipient.serve() as there:
        host, port = there.at("lmtp")
        carries_to_our_own(net, f"{host}:{port}", "host", "route recipient.test", there)


@test
def lmtp_by_a_socket_as_smarthost():
    net = Net()
    path = os.path.join(net.recipient.folder, "lmtp")
    net.recipient.config["listen"]["lmtp"] = f"unix:{path}"
    with net.recipient.serve() as there:
        carries_to_our_own(net, f"unix:{path}", "smarthost", "delivery", there)


@test
def lmtp_answers_for_each_recipient():
    """One mailbox takes it, one is full at first, one is closed."""
    net = Net()
    path = os.path.join(net.sender.folder, "store")
    net.sender.config["route recipient.test"] = {"host": f"unix:{path}", "protocol": "lmtp"}
    store = Store(path, {BOB: ["452 4.2.2 full"], "eve@recipient.test": ["550 5.2.1 closed"]})
    with net.sender.serve() as here:
        submit_to(here, [MARY, BOB, "eve@recipient.test"], "three")
        bounce = wait_for(here, JO, "secret", "multipart/report")
        assert "eve@recipient.test" in bounce and "5.2.1" in bounce, bounce
        assert bounce.count("Final-Recipient") == 1 and path not in bounce, bounce
        server.wait_until(lambda: len(store.takes) == 2, 20, "the second attempt at the full mailbox")
        assert [one for one, _ in store.takes] == [MARY, BOB], store.takes
        assert all(content.endswith(b"\r\n..dot\r\n") for _, content in store.takes), store.takes
        assert not any(re.match("EHLO|HELO", line) for line in store.lines), store.lines


@test
def lmtp_is_tried_again():
    """Nobody is at the socket, then somebody is."""
    net = Net()
    path = os.path.join(net.sender.folder, "store")
    net.sender.config["route recipient.test"] = {"host": f"unix:{path}", "protocol": "lmtp"}
    with net.sender.serve() as here:
        submit(here, MARY, "patience")
        server.wait_until(lambda: "delivery.unreachable" in here.log, 10, "a refused connection")
        store = Store(path, {})
        server.wait_until(lambda: store.takes, 20, "the message")
