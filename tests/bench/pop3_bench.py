"""POP3: a maildrop of 10,000 messages is read."""

from peers import Dovecot
from postroom import Postroom
from report import attempt, row
from servers import PASSWORD, tool, user

MANY, DEPTH = 10000, 16
READER = user(42)


def rate(kind):
    with kind() as server:
        tool("imap_load", server.at("imap"), READER, PASSWORD, f"@append INBOX 0 {MANY} 1")
        count, seconds, _ = tool("pop3_load", server.at("pop3"), READER, PASSWORD, DEPTH)[0]
        return int(count) / float(seconds)


def run():
    ours, theirs = (attempt(rate, kind) for kind in (Postroom, Dovecot))
    row("pop3", ours, {"Dovecot": theirs})
