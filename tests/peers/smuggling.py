"""smuggling.py - ends of data that are none, through our server to Postfix and back to JO

Each message holds what a server with other ideas of where it ends would take for the
commands of a second one. Ours refuses it, or carries it on as one message: to Postfix by
chunks, and again with dots stuffed.
"""

import itertools
import re
import time

import exchange
import network
from report import test
from server import wait_until
from wire import Smtp

ENDS = ["\r\n", "\n", "\r", "\r\r\n", "\n\r", "\n\n", "\0\r\n", "\r\0\n"]
WAYS = ["DATA", "BDAT", "BINARYMIME"]
ALIASES = {"through@example.test": "back@postfix.test", "stuffed@example.test": "back@six.postfix.test"}


def octets(number, before, after):
    text = f"From: <a@smuggler.test>\r\nSubject: one {number}\r\n\r\nx{before}.{after}" \
           "MAIL FROM:<b@smuggler.test>\r\nRCPT TO:<jo@example.test>\r\nDATA\r\n" \
           f"Subject: smuggled {number}\r\n\r\nx\r\n"
    return text.encode()


def send(way, content):
    """Whether ours took it."""
    with Smtp((network.OURS, 25)) as smtp:
        smtp.done("MAIL FROM:<>" + (" BODY=BINARYMIME" if way == "BINARYMIME" else ""))
        for one in ALIASES:
            smtp.done(f"RCPT TO:<{one}>")
        if way == "DATA":
            smtp.done("DATA")
            smtp.send(content + b".\r\n")
        else:
            smtp.send(f"BDAT {len(content)} LAST\r\n".encode() + content)
        code = smtp.reply()[0]
    assert code // 100 in (2, 5), code
    return code == 250


def subjects():
    """Of all that reached JO, or Postfix's own box: a list."""
    everything = network.inbox(exchange.home) + network.texts_of("postfix")
    return [found[1] for text in everything if (found := re.search(r"^Subject: (.*)$", text, re.M))]


@test
def no_message_is_split():
    cases, taken = [], {}
    for way, before, after in itertools.product(WAYS, ENDS, ENDS):
        if way == "DATA" and before.endswith("\r\n") and after == "\r\n":
            continue  # that is the end
        cases.append(f"{way} {before!r}.{after!r}")
        taken[len(cases) - 1] = send(way, octets(len(cases) - 1, before, after))
    expected = {n for n, ok in taken.items() if ok and not cases[n].startswith("BINARYMIME")}
    assert len(cases) >= 120 and expected

    def all_there():
        """Of what is sent as binary some is returned instead: all of its copies, or none."""
        found = subjects()
        copies = {n: found.count(f"one {n}") for n, ok in taken.items() if ok}
        return all(count >= len(ALIASES) or count == 0 and n not in expected for n, count in copies.items())

    def stays():
        """Twice, and nothing more came in between."""
        before = subjects()
        time.sleep(1)
        return all_there() and len(subjects()) == len(before)
    wait_until(stays, 40, "what was taken")
    check(subjects(), cases, taken)


def check(found, cases, taken):
    for n, case in enumerate(cases):
        copies = found.count(f"one {n}")
        assert copies in ([0, len(ALIASES)] if taken[n] else [0]), f"{case}: {copies} copies"
        assert f"smuggled {n}" not in found, f"{case}: split"
    print(f"{len(cases)} ends of data, {sum(taken.values())} of them taken, and as one message each")
