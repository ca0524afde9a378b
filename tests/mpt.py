"""mpt.py - scripts of Apache James's protocol tester, read

    C: what the client sends          S: a regular expression that a line of the server's fits
    SUB { S: ... }  lines in any order          SESSION: 2  what follows is another connection's
    REINIT  a new connection          # a comment; TIMER, LOG, WAIT and AWAIT are James's own
"""

import re


def steps(path):
    """("C", line), ("S", pattern), ("SESSION", its name) and ("REINIT", ""); SUB's lines are plain S."""
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            found = re.match(r"(C|S|SESSION|REINIT)(?::|$) ?(.*)", line.rstrip("\n"))
            if found:
                yield found[1], found[2]


# What a pattern of these scripts is made of, and what it stands for in plain text.
_PIECE = re.compile(r"""
    (?P<any> (?:\\[dw]|\(\.\)|\.|\[\^[^\]]*\])(?:[*+]|\{\d+(?:,\d+)?\}) ) |
    (?P<maybe> \((?:\\.|[^()])*\)\? ) |
    \\(?P<quoted> . ) |
    (?P<plain> . )""", re.X)


def plain(pattern, anything, keep=lambda text: text):
    """The pattern as the text it fits; what may be left out is left out."""
    parts = []
    for found in _PIECE.finditer(pattern):
        if found["any"]:
            parts.append(anything)
        elif not found["maybe"]:
            quoted = {"r": "\r", "n": "\n", "t": "\t"}.get(found["quoted"], found["quoted"])
            parts.append(keep(quoted or found["plain"]))
    return "".join(parts)
