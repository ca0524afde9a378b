"""sites.py - servers of ours that find each other by a name server of the test's

    net = Net({"_mta-sts.recipient.test": {"TXT": "v=STSv1; id=1;"}})
    with net.recipient.serve() as there, net.sender.serve() as here:
        submit(here, MARY, "a subject")
        wait_for(there, MARY, MARY_PASSWORD, "a subject")
"""

import socket

import nameserver
import server
from wire import Imap, Smtp

JO, MARY = "jo@example.test", "mary@recipient.test"
JO_PASSWORD, MARY_PASSWORD = "secret", "secret3"
JO_LOGIN = "AUTH PLAIN AGpvQGV4YW1wbGUudGVzdABzZWNyZXQ="


def free_port(host="127.0.0.3"):
    with socket.socket() as one:
        one.bind((host, 0))
        return one.getsockname()[1]


def sending_site(names, port):
    """It finds others by the names, on that port."""
    site = server.Site()
    site.config["dns"] = {"server": names.at, "mode": "forward"}
    site.config["delivery"] = {"port": str(port)}
    site.config["queue"] = {"first-retry": "1s"}
    return site


class Net:
    """Two sites on one port of two addresses, and the names that lead to them."""

    def __init__(self, records=None):
        self.port = free_port()
        self.names = nameserver.NameServer({
            "recipient.test": {"MX": (10, "mx.recipient.test")},
            "mx.recipient.test": {"A": "127.0.0.3"},
            **(records or {})})
        self.sender, self.recipient = (sending_site(self.names, self.port) for _ in range(2))
        self.recipient.config[""]["hostname"] = "mx.recipient.test"
        self.recipient.config["listen"]["smtp"] = f"127.0.0.3:{self.port}"
        self.recipient.config["domain recipient.test"] = {}
        self.recipient.run_well("user", "add", MARY, "--password-stdin", stdin=f"{MARY_PASSWORD}\n")


def submit(running, recipient, subject, wishes=""):
    """By 587 with TLS and a password, as a mail program does. recipient: one or a list; wishes: as Smtp.mail has
    them."""
    everybody = recipient if isinstance(recipient, list) else [recipient]
    text = f"From: <{JO}>\r\nTo: <{everybody[0]}>\r\nSubject: {subject}\r\n\r\nhello\r\n".encode()
    with Smtp(running.at("submission")) as smtp:
        smtp.done("STARTTLS")
        smtp.start_tls()
        smtp.done("EHLO client.test")
        smtp.done(JO_LOGIN)
        code, said = smtp.mail(JO, everybody, text, wishes)
        assert code == 250, f"{code} {said}"


def inbox(running, user, password):
    with Imap(running.at("imap"), user, password) as imap:
        imap.done("SELECT INBOX")
        return "\n".join(imap.done("UID FETCH 1:* (BODY.PEEK[])"))


def wait_for(running, user, password, text):
    return server.wait_until(lambda: (found := inbox(running, user, password)) and text in found and found, 20,
                             f"{text!r} in the mailbox of {user}")
