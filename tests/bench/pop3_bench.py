"""POP3: a maildrop of 10,000 messages is read."""

from peers import Dovecot
from postroom import Postroom
from report import attempt, row
from servers import PASSWORD, append, imap, tool, user

MANY, DEPTH = 10000, 16
READER = user(42)


def rate(kind):
    with kind() as server:
        append(server, READER, "INBOX", 0, MANY // 8)
        for _ in range(3):
            imap(server, READER, "SELECT INBOX", "COPY 1:* INBOX")
        count, seconds, _ = tool("pop3_load", server.at("pop3"), READER, PASSWORD, DEPTH)[0]
        return int(count) / float(seconds)


def run():
    ours, theirs = (attempt(rate, kind) for kind in (Postroom, Dovecot))
    row("pop3", ours, {"Dovecot": theirs})
