"""james.py - the IMAP scripts of Apache James's protocol tester, played

What is James's own is not asked for: its texts, the order of untagged answers and of flags, its
separator "." and how its names are quoted. RECENT is looked for at SELECT only (RFC 3501 7.3.2
asks for no more). What must be so: the status and its response code, each untagged answer that
the script shows, and no LIST, SEARCH, STATUS or EXPUNGE beside those.
"""

import re

import mpt
from imaptest import Connection
from values import Matcher, parse

UNASKED = re.compile(r"(LIST|LSUB|SEARCH|ESEARCH|STATUS|\d+ EXPUNGE)\b")  # none beside those that are shown
NAMED = re.compile(r"\S+ (CREATE|DELETE|RENAME|SELECT|EXAMINE|STATUS|(UN)?SUBSCRIBE|LIST|LSUB|XLIST|APPEND|COPY|MOVE|"
                   r"UID (COPY|MOVE)|REPLACE|\w+ACL|\w+RIGHTS|\w+METADATA) ", re.I)
STATUS = re.compile(r"(\S+) (OK|NO|BAD|BYE)\b ?(\[.*?\](?= |$))?")


def separated(line, user):
    """A command with our separator and our names in it."""
    head = NAMED.match(line)
    if head:
        named, literal, size = line[head.end():].partition("{")
        line = head[0] + re.sub(r"(?<=[^ \"])\.(?=[^ \"])", "/", named.replace("#private.", "")) + literal + size
    return re.sub(r"(LOGIN) imapuser\b", rf"\1 {user}", line)


class Wanted:
    """The answers that a script shows between two commands, literals put together."""

    def __init__(self, patterns):
        self.tags, self.untagged, self.greetings = [], [], 0
        lines = iter(patterns)
        for pattern in lines:
            self._add(self._whole(pattern, lines))

    def _whole(self, pattern, lines):
        text = _plain(pattern)
        while found := re.search(r"\{(\d+)\}$", text):
            literal = _plain(next(lines), lambda one: one)
            while len(literal) < int(found[1]):
                literal += "\r\n" + _plain(next(lines), lambda one: one)
            content, rest = literal[:int(found[1])].replace("$", "$$"), literal[int(found[1]):]
            text = f"{text[:found.start()]}{{{len(content)}}}\r\n{content}{rest}"
        return text

    def _add(self, text):
        status = STATUS.match(text)
        if text.startswith("+"):
            self.tags.append(("+", []))
        elif status and status[1] != "*":
            self.tags.append((status[1], [status[2]] + _code(status[3])))
        elif status:
            self.untagged.append([status[2]] + _code(status[3]))
        elif text.startswith("* "):
            answer = parse(text[2:])
            if answer[0] in ("LIST", "LSUB"):
                answer[2:] = ["/", answer[3].replace(".", "/")]
            self.untagged.append(answer)

    def take(self, connection, name):
        """Reads the answers; they must be these."""
        seen = []
        for tag, status in self.tags or [(None, None)]:
            text = connection.read()
            while tag and text.startswith("* "):
                seen.append(text[2:])
                text = connection.read()
            if not tag:
                seen.append(text[2:])
                break
            assert text.startswith(tag), f"{name}: {text!r}, not {tag} {status}"
            found = STATUS.match(text)
            assert not status or Matcher({}).fits(status, [found[2]] + _code(found[3]), True), \
                f"{name}: {text!r}, not {status}"
        return seen

    def compare(self, seen, name):
        missing = [one for one in self.untagged if one[1:2] != ["RECENT"] or ["FLAGS"] in [x[:1] for x in self.untagged]]
        for text in seen:
            status = STATUS.match("* " + text)
            answer = [status[2]] + _code(status[3]) if status else parse(text)
            found = next((one for one in missing if Matcher({}).fits(one, answer, True)), None)
            if found:
                missing.remove(found)
            else:
                assert not UNASKED.match(text), f"{name}: {text!r} beside {self.untagged}"
        assert not missing, f"{name}: no {missing}, but {seen}"


def _plain(pattern, keep=lambda one: one.replace("$", "$$")):
    return mpt.plain(pattern, "${}", keep)


def _code(text):
    """A response code as words; of PERMANENTFLAGS its name."""
    words = (text or "").split(" ")
    return words[:1] if "PERMANENTFLAGS" in words[0] else [one for one in words if one]


class Player:
    def __init__(self, at, user, password, state):
        self.at, self.user, self.password, self.state = at, user, password, state
        self.sessions = {}
        self.session = "1"

    def open(self):
        self.sessions[self.session] = one = Connection(self.at, seconds=5)
        if self.state == "greeting":
            one.buffer = f"{one.greeting}\r\n".encode() + one.buffer
        elif self.state != "anybody":
            one.done(f'LOGIN "{self.user}" "{self.password}"')

    def play(self, path, but):
        """but: the command -> the status that a standard asks for instead, or None."""
        steps = list(mpt.steps(path)) + [("SESSION", "1")]
        if not self.sessions: self.open()
        patterns, said = [], ["the greeting"]
        for kind, text in steps:
            if kind != "S" and patterns:
                self._answered(patterns, said[0], but(said[0]))
                said = said if patterns[-1].startswith("\\+") else []
                patterns = []
            if kind == "S":
                patterns.append(text)
            elif kind == "C":
                said.append(text)
                self.sessions[self.session].send(separated(text, self.user) + "\r\n")
            elif kind == "REINIT":
                self.sessions[self.session].close()
                self.open()
            elif kind == "SESSION":
                self.session = text
                if text not in self.sessions:
                    self.open()

    def _answered(self, patterns, name, other):
        wanted = Wanted(patterns)
        if other:
            wanted.tags = [(tag, [other] if tag != "+" else status) for tag, status in wanted.tags]
        seen = wanted.take(self.sessions[self.session], name)
        if not other:
            wanted.compare(seen, name)

    def close(self):
        for one in self.sessions.values():
            one.close()
