"""james.py - the SMTP scripts of Apache James's protocol tester, read and played

A script's reply is met by one of the same class (2xx, 3xx, 4xx or 5xx): texts and what EHLO
announces are James's own. Where a standard asks for something else, DIFFERENT says so.
"""

import glob
import os
import re

import mpt
import report
import server
from wire import Closed, Smtp

FOLDER = os.path.join(os.environ.get("POSTROOM_TESTDATA", ""), "imap-james-mpt/smtp")
BEFORE = {"authplain": "EHLO client.test"}  # AUTH comes after EHLO (RFC 4954 4)
DIFFERENT = {"starttls_with_injection": "closed"}  # what stands behind STARTTLS is heard by nobody (RFC 3207 4.2)


def steps(path):
    """("C", octets) and ("S", class of the reply's last line); 250- and 250.* are lines before it."""
    for kind, text in mpt.steps(path):
        if kind == "C":
            yield "C", text.replace("\\r\\n", "\r\n")
        elif found := re.match(r"(\d)\d\d ", text):
            yield "S", found[1]


def play(smtp, path, name):
    """From behind the greeting."""
    for kind, text in list(steps(path))[1:]:
        if kind == "C":
            smtp.say(text)
            continue
        try:
            code, said = smtp.reply()
        except (Closed, ConnectionError):
            assert DIFFERENT.get(name) == "closed", "the server closed"
            return
        if DIFFERENT.get(name) == "closed" and code == 220:
            assert smtp.rest() == []
            return
        assert str(code)[0] == text, f"{code} {said} instead of {text}xx"


def run(path, name):
    with site().serve() as running, Smtp(running.at("submission" if "fix" in name or "auth" in name else "smtp"),
                                         hello=None) as smtp:
        if name in BEFORE:
            smtp.done(BEFORE[name])
        play(smtp, path, name)


def site():
    made = server.Site()
    made.config["domain mydomain.tld"] = {}
    for user in ("bob", "starttls"):
        made.run_well("user", "add", f"{user}@mydomain.tld", "--password-stdin", stdin="secret\n")
    return made


for one in sorted(glob.glob(f"{FOLDER}/*.test")):
    title = os.path.basename(one).removesuffix(".test")
    report.add(f"james {title}", lambda path=one, name=title: run(path, name))
