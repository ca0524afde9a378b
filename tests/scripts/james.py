"""james.py - the IMAP scripts of Apache James's protocol tester, played

What is James's own is not asked for: its texts, the order of untagged answers and of flags, its
separator ".", and which session it shows a message to as \\Recent (RFC 3501 2.3.2 leaves that
open, RFC 9051 knows no such flag). What must be so: the status and its response code, each
untagged answer that the script shows, and no LIST, SEARCH, STATUS or EXPUNGE beside those.
"""

import re

import mpt
from imaptest import Connection
from values import Matcher, parse

UNASKED = re.compile(r"(LIST \((?!.*\\(NonExistent|Noselect))|LSUB|SEARCH|ESEARCH|STATUS|\d+ EXPUNGE)\b")
NAMED = re.compile(r"\S+ (CREATE|DELETE|RENAME|SELECT|EXAMINE|STATUS|(UN)?SUBSCRIBE|LIST|LSUB|APPEND|COPY|MOVE|"
                   r"UID (COPY|MOVE)|REPLACE|\w+ACL|\w+RIGHTS|\w+METADATA) ", re.I)
STATUS = re.compile(r"(\S+) (OK|NO|BAD|BYE)\b ?(\[[^]]*\]?)?")
# A command in the wrong state is refused by NO or by BAD (RFC 9051 3); James says NO, we say BAD.
WRONG_STATE = "Command not valid in this state"


def command(line, names):
    """A command with our names in it, and with one space where some scripts have two (RFC 9051 2.2.1)."""
    if re.match(r"\S+ (UID )?(STORE|LSUB) ", line):
        line = re.sub(" +", " ", line).rstrip()
    head = NAMED.match(line)
    if head:
        named, literal, size = line[head.end():].partition("{")
        line = head[0] + names.words(named) + literal + size
    return re.sub(r"(?<=LOGIN )imapuser\b", names.user, line)


class Wanted:
    """The answers that a script shows between two commands, literals put together."""

    def __init__(self, patterns, names):
        self.names, self.tags, self.untagged = names, [], []
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
        text = text.split("|* ACL ")[0]  # another order of the same
        status = STATUS.match(text)
        if text.startswith("+"):
            self.tags.append(("+", []))
        elif status and status[1] != "*":
            self.tags.append((status[1], ["BAD"] if WRONG_STATE in text else _words(status)))
        elif status:
            self.untagged += [_words(status)] if "[URLMECH" not in text else []  # of URLAUTH, not announced
        elif text.startswith("* "):
            self._add_data(text[2:])
        elif found := re.fullmatch(r"(\S*?) ?\$\{\}", text):
            self.tags.append((found[1], []))

    def _add_data(self, text):
        answer = _without_recent(parse(text.replace("FETCH (${}) ", "FETCH (")))
        if answer[0] in ("LIST", "LSUB"):
            answer[2:] = ["/", self.names.mailbox(answer[3])]
        elif answer[0] in ("STATUS", "MYRIGHTS", "ACL", "LISTRIGHTS"):
            answer[1] = self.names.mailbox(answer[1])
            answer[2:] = [self.names.address(one) if isinstance(one, str) else one for one in answer[2:]]
        elif answer[0] == "CAPABILITY":
            words = "".join(one if one else " " for one in answer[1:]).replace("${}", " ").split()
            answer[1:] = ["$!unordered", *words]
        if answer[1:2] != ["RECENT"]:
            self.untagged.append(_rights_sorted(answer))

    def take(self, connection, name):
        """Reads the answers up to the tagged ones, or as many as are shown; the untagged ones."""
        seen = []
        for tag, status in self.tags:
            while (text := connection.read()).startswith("* "):
                seen.append(text[2:])
            found = STATUS.match(text)
            assert text.startswith(tag) and (tag == "+" or Matcher({}).fits(status, _words(found), True)), \
                f"{name}: {text!r}, not {tag} {status}"
        while not self.tags and len(seen) < len(self.untagged):
            seen.append(connection.read().removeprefix("* "))
        return seen

    def compare(self, seen, name):
        missing = list(self.untagged)
        for text in seen:
            status = STATUS.match("* " + text)
            answer = _words(status) if status else _rights_sorted(parse(text))
            if answer[0] == "CAPABILITY":
                answer = [answer[0], answer[1:]]
            found = next((one for one in missing if Matcher({}).fits(_listed(one), answer, bool(status))), None)
            if found:
                missing.remove(found)
            else:
                assert not UNASKED.match(text), f"{name}: {text!r} beside {self.untagged}"
        assert not missing, f"{name}: no {missing}, but {seen}"


def _letters(rights):
    return "".join(sorted(set(rights) - set("cd")))


def _rights_sorted(answer):
    """Letters and entries come in any order, c and d for old clients or not (RFC 4314 2.1.1)."""
    if answer[0] == "MYRIGHTS":
        answer[2] = _letters(answer[2])
    if answer[0] == "LISTRIGHTS":  # which rights go together is the server's choice (RFC 4314 3.7)
        del answer[3:]
    if answer[0] == "ACL":
        answer[2:] = [sorted(f"{who}: {_letters(rights)}" for who, rights in zip(answer[2::2], answer[3::2]))]
    return answer


def _listed(pattern):
    """The words of a CAPABILITY are compared as a list."""
    return [pattern[0], pattern[1:]] if pattern[0] == "CAPABILITY" else pattern


def _plain(pattern, keep=lambda one: one.replace("$", "$$")):
    return mpt.plain(pattern, "${}", keep)


def _words(status):
    """The status and the response code as words; of codes whose values are the server's own the name."""
    words = (status[3] or "").split(" ")
    own = re.match(r"\[(PERMANENTFLAGS|UIDVALIDITY|HIGHESTMODSEQ)", words[0])
    return [status[2]] + (words[:1] if own else [one for one in words if one])


def _without_recent(answer):
    return [_without_recent(one) if isinstance(one, list) else one for one in answer if one != "\\Recent"]


class Player:
    """state: "greeting" (the script begins there), "anybody" or "auth", as that user."""

    def __init__(self, at, names, password, state):
        self.at, self.names, self.password, self.state = at, names, password, state
        self.sessions = {}
        self.session = "1"
        self.open()

    def open(self):
        self.sessions[self.session] = one = Connection(self.at, seconds=10)
        if self.state == "greeting":
            one.buffer = f"{one.greeting}\r\n".encode() + one.buffer
        elif self.state == "auth":
            one.done(f'LOGIN "{self.names.user}" "{self.password}"')

    def play(self, path, other_status=lambda command: None):
        """other_status: what a standard asks for instead of what the script shows for a command, or None."""
        patterns, said = [], []
        for kind, text in list(mpt.steps(path)) + [("END", "")]:
            if kind != "S" and patterns:
                name = said[0] if said else "the greeting"
                self._answered(patterns, name, other_status(name))
                said = said if patterns[-1].startswith("\\+") else []
                patterns = []
            if kind == "S":
                patterns.append(text)
            elif kind == "C":
                said.append(text)
                self.sessions[self.session].send(command(text, self.names) + "\r\n")
            elif kind == "REINIT":
                self.sessions[self.session].close()
                self.open()
            elif kind == "SESSION":
                self._turn_to(text)

    def _turn_to(self, session):
        self.session = session
        if session not in self.sessions:
            self.open()

    def _answered(self, patterns, name, other):
        wanted = Wanted(patterns, self.names)
        if other:
            wanted.tags = [(tag, [other] if tag != "+" else status) for tag, status in wanted.tags]
        seen = wanted.take(self.sessions[self.session], name)
        if not other:
            wanted.compare(seen, name)

    def close(self):
        for one in self.sessions.values():
            one.close()
