"""client.py - running a real client, and looking at what it did from the other side"""

import hashlib
import os
import shutil
import subprocess

import report
import server
from wire import Imap

SECONDS = 60
LINES = ["First line.", ".", "..", ".dot at the start", "Grüße, mit acht Bit", "", "x" * 900, "The end."]


def program(name):
    """Its path; the test is skipped where it is not installed."""
    return shutil.which(name) or report.skip(f"{name} is not installed")


def write(path, text, mode=0o600):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def run(*arguments, stdin="", folder=None, env=None):
    """The client with a home of its own; CompletedProcess with text."""
    path = program(arguments[0])
    home = folder or server.new_folder()
    return subprocess.run([path, *arguments[1:]], input=stdin, capture_output=True, encoding="utf-8",
                          errors="replace", timeout=SECONDS, cwd=home,
                          env={**os.environ, "HOME": home, "TERM": "vt100", **(env or {})})


def do(*arguments, **keywords):
    """The same; what it prints, after status 0."""
    done = run(*arguments, **keywords)
    assert done.returncode == 0, f"{' '.join(arguments)}: {done.returncode}: {done.stderr[-1500:]}{done.stdout[-1500:]}"
    return done.stdout


def fails(*arguments, **keywords):
    """The same; what it prints, after another status."""
    done = run(*arguments, **keywords)
    assert done.returncode != 0, f"{' '.join(arguments)}: did not fail: {done.stdout[-1500:]}"
    return done.stderr + done.stdout


def message(subject="a test", recipient="jo@example.test", lines=None, sender="app@client.test"):
    """A mail as text with LF."""
    body = LINES if lines is None else lines
    mark = hashlib.sha256("\n".join([subject, *body]).encode()).hexdigest()[:16]
    head = [f"From: {sender}", f"To: {recipient}", f"Subject: {subject}", f"Message-ID: <{mark}@client.test>",
            "Date: Wed, 25 Nov 2026 12:00:00 +0000", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit"]
    return "\n".join([*head, "", *body]) + "\n"


def octets(text):
    return text.replace("\n", "\r\n").encode()


def mail_in(running, user, password="any", mailbox="INBOX"):
    """The messages of a mailbox as text with LF, in order."""
    with Imap(running.at("imap"), user, password) as imap:
        imap.done(f"EXAMINE {mailbox}")
        answers = [one for one in imap.done("UID FETCH 1:* BODY.PEEK[]") if " FETCH " in one]
        imap.command("LOGOUT")
    return [one.partition("\r\n")[2].rpartition(")")[0].replace("\r\n", "\n") for one in answers]


def text_of(mail):
    """A message's own part: what a receiving server puts in front is another matter."""
    return mail[mail.index("From: "):] if "From: " in mail else mail


def check_arrival(running, sent, user="jo@example.test", password="any"):
    """Exactly this one mail is there."""
    found = mail_in(running, user, password)
    assert len(found) == 1, f"{len(found)} mails for {user}"
    assert sent in found[0], f"not what was sent: {found[0]!r}"
    return found[0]


def put(running, user, *texts, password="any", mailbox="INBOX", flags=""):
    """Mail that is there already, byte for byte."""
    with Imap(running.at("imap"), user, password) as imap:
        for text in texts:
            status = imap.append(mailbox, octets(text), flags)
            assert status.startswith("OK"), status
