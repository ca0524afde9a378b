"""site_net.py - a server whose mail leads into a small test network"""

import contextlib
import os
import poplib
import sys

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import nameserver
import sites
from sites import JO, JO_LOGIN, JO_PASSWORD, free_port  # noqa: F401
from wire import Smtp


def sending_site(zone, port):
    """(site, names): it finds others by the zone, on that port, and is as patient as usual."""
    names = nameserver.NameServer(zone)
    site = sites.sending_site(names, port)
    del site.config["queue"]
    return site, names


@contextlib.contextmanager
def submission(running):
    """587 with TLS and a password, ready for mail."""
    with Smtp(running.at("submission")) as smtp:
        smtp.done("STARTTLS")
        smtp.start_tls()
        smtp.done("EHLO client.test")
        smtp.done(JO_LOGIN)
        yield smtp


def submit(running, recipients, subject="hello", message_id=None):
    """The id that the server calls it by."""
    named = f"Message-ID: <{message_id}>\r\n" if message_id else ""
    text = f"From: <{JO}>\r\nTo: <{recipients[0]}>\r\nSubject: {subject}\r\n{named}\r\nhello\r\n".encode()
    with submission(running) as smtp:
        code, said = smtp.mail(JO, recipients, text)
        assert code == 250, f"{code} {said}"
        return (said if isinstance(said, str) else said[-1]).split()[-1]


def first_message(running):
    """Of jo's mailbox, by POP3; None where there is none."""
    pop3 = poplib.POP3(*running.at("pop3"), timeout=30)
    try:
        pop3.user(JO)
        pop3.pass_(JO_PASSWORD)
        if not pop3.stat()[0]:
            return None
        return b"".join(line + b"\r\n" for line in pop3.retr(1)[1])
    finally:
        pop3.quit()
