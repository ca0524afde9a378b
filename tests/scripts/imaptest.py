"""imaptest.py - scripts in ImapTest's format, read and played

A script is a head (connections:, state:, messages:, capabilities:) and then groups: commands with
the status each must get, and the untagged answers that must come (*), may come (?) or must not (!)
until they are all done. Answers beside those are the server's own affair. The messages to append
lie in NAME.mbox, else in default.mbox, their INTERNALDATE in the line that begins them.
"""

import email.utils
import itertools
import os
import re

from values import Matcher, parse
from wire import Imap

STATUS = re.compile(r'(ok|no|bad|"")(?: |$)', re.I)


class Group:
    def __init__(self, connection):
        self.connection = connection
        self.commands = []  # [tag in the script, text, status as a pattern or None]
        self.untagged = []  # (one of *?!, pattern)

    def pending(self, tag):
        return next((one for one in self.commands if one[0] == tag and one[2] is None), None)


def crlf(text):
    """Each line end that is none yet becomes one."""
    return re.sub("(?<!\r)\n", "\r\n", text)


def literal_of(lines):
    """The text up to }}}, and what stands behind that."""
    taken = []
    for line in lines:
        if line.startswith("}}}"):
            return "\n".join(taken), line[3:]
        taken.append(line)
    raise AssertionError("a {{{ without its }}}")


def lines_of(path):
    """The logical lines: a {{{ text }}} becomes a literal."""
    with open(path, encoding="latin-1", newline="\n") as file:
        lines = iter(file.read().split("\n"))
    for line in lines:
        while line.endswith("{{{"):
            text, after = literal_of(lines)
            text = text if line.endswith("~{{{") else crlf(text)
            line = f"{line[:-3]}{{{len(text)}+}}\r\n{text}{after}"
        yield line


class Script:
    def __init__(self, path):
        self.head = {"connections": "1", "state": "selected", "messages": "all", "capabilities": ""}
        self.groups = []
        heading = True
        for line in lines_of(path):
            found = heading and re.match(r"(\w+): *(.*)", line)
            if found:
                self.head[found[1]] = found[2]
            elif line and not line.startswith("#"):
                heading = False
                self._add(line)

    @property
    def connections(self):
        return int(self.head["connections"])

    def _add(self, line):
        if line[:2] in ("* ", "? ", "! "):
            self.groups[-1].untagged.append((line[0], parse(line[2:])))
            return
        connection, tag = 0, ""
        if found := self.connections > 1 and re.match(r"(\d+) ", line):
            connection, line = int(found[1]) - 1, line[found.end():]
        if found := re.match(r"(tag\d+) ", line):
            tag, line = found[1], line[found.end():]
        self._add_command(connection, tag, line)

    def _add_command(self, connection, tag, line):
        status = STATUS.match(line)
        waiting = self.groups and self.groups[-1].pending(tag)
        if status and waiting:
            waiting[2] = parse(line)
            return
        if not self.groups or all(one[2] is not None for one in self.groups[-1].commands):
            self.groups.append(Group(connection))
        text = line[status.end():] if status else line
        self.groups[-1].commands.append([tag, text, status and [status[1]]])


def messages_of(path):
    """(INTERNALDATE, octets as text) of each message of an mbox, again and again."""
    with open(path, encoding="latin-1", newline="\n") as file:
        pieces = re.split(r"(?m)^From \S+ +(.*)\n", file.read())[1:]
    texts = map(crlf, pieces[1::2])
    return [(_date(date), text) for date, text in zip(pieces[::2], texts)]


def _date(text):
    """An mbox's date as IMAP writes it; UTC where it names no zone."""
    day, zone = re.fullmatch(r"(.*? \d{4})(?: ([-+]\d{4}))?", text.strip()).groups()
    parsed = email.utils.parsedate_tz(re.sub(r"(\w+) +(\w+) +(\d+) (\S+) (\d+)", r"\1, \3 \2 \5 \4", day))
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][parsed[1] - 1]
    return "%2d-%s-%d %02d:%02d:%02d %s" % (parsed[2], month, parsed[0], *parsed[3:6], zone or "+0000")


class Connection(Imap):
    """An IMAP connection whose text is one character an octet, and that counts its messages."""

    exists = 0

    def read(self):
        text = self.answer().encode("utf-8", "surrogateescape").decode("latin-1")
        if found := re.match(r"\* (\d+) (EXISTS|EXPUNGE)", text):
            self.exists = int(found[1]) if found[2] == "EXISTS" else self.exists - 1
        return text

    def order(self, text):
        self.count += 1
        self.send(f"t{self.count} {text}\r\n".encode("latin-1"))
        return f"t{self.count}"

    def done(self, command):
        tag = self.order(command)
        lines = [self.read()]
        while not lines[-1].startswith(tag + " "):
            lines.append(self.read())
        assert lines[-1].startswith(tag + " OK"), f"{command}: {lines[-1]}"
        return lines


class Player:
    def __init__(self, script, mbox, at, user, password, mailbox):
        name, domain = user.split("@")
        self.script = script
        self.matcher = Matcher({"user": user, "username": name, "domain": domain, "password": password,
                                "mailbox": mailbox, "mailbox_url": mailbox})
        self.mailbox = mailbox
        self.stock = messages_of(mbox)
        self.messages = itertools.cycle(self.stock)
        self.connections = [Connection(at) for _ in range(script.connections)]
        if script.head["state"] != "nonauth":
            for one in self.connections:
                one.done(f'LOGIN "{user}" "{password}"')

    def missing(self):
        """The capabilities it asks for that are not announced."""
        have = self.connections[0].done("CAPABILITY")[0].upper().split()
        return [one for one in self.script.head["capabilities"].upper().split() if one not in have]

    def prepare(self):
        state = self.script.head["state"]
        if state in ("nonauth", "auth"):
            return
        self.connections[0].done(f"CREATE {self.mailbox}")
        if state == "created":
            return
        count = self.script.head["messages"]
        for _ in range(len(self.stock) if count == "all" else int(count)):
            self.connections[0].done(self.append("append"))
        for one in self.connections if state == "selected" else []:
            one.done(f"SELECT {self.mailbox}")

    def append(self, command):
        """An APPEND that names no message appends the next."""
        date, text = next(self.messages)
        head = command if len(command) > 6 else f'append {self.mailbox} "{date}"'
        return f"{head} {{{len(text)}+}}\r\n{text}"

    def play(self, other_status):
        """other_status: what a standard asks for instead of what the script shows for a command, or None."""
        for group in self.script.groups:
            Step(self, group).run(other_status)

    def close(self):
        for one in self.connections:
            one.close()


class Step:
    """One group on its connection."""

    def __init__(self, player, group):
        self.player, self.group = player, group
        self.matcher = player.matcher
        self.wire = player.connections[group.connection]
        self.found = set()
        self.seen = []

    def run(self, other_status):
        self.matcher.places = list(range(1, self.wire.exists + 1))
        self.name = self.group.commands[0][1].split("\r\n")[0]
        other = other_status(self.name)
        waiting = {}
        for _tag, text, status in self.group.commands:
            waiting[self.wire.order(self._text(text))] = [other] if other else status
        self.matcher.variables["tag"] = next(iter(waiting))
        while waiting:
            self._answer(self.wire.read(), waiting)
        self.matcher.variables.pop("tag")
        for i, (kind, pattern) in enumerate(self.group.untagged):
            assert other or kind != "*" or i in self.found, \
                f"{self.name}: no answer {pattern}, but {self.seen}"

    def _text(self, text):
        if re.match(r"append\b", text, re.I) and "\r\n" not in text and not re.search("catenate", text, re.I):
            text = self.player.append(text)
        return self.matcher.expand(text)

    def _answer(self, text, waiting):
        tag, _, rest = text.partition(" ")
        if tag in waiting:
            status = waiting.pop(tag)
            assert status == ['""'] or self.matcher.fits(status, rest.split(" "), prefix=True), \
                f"{self.name}: {rest}, not {status}"
        elif tag == "*":
            self._untagged(rest)

    def _untagged(self, text):
        self.seen.append(text)
        free = re.match(r"(OK|NO|BAD|BYE)\b", text)
        answer = text.split(" ") if free else parse(text)
        for i, (kind, pattern) in enumerate(self.group.untagged):
            if i not in self.found and self.matcher.fits(pattern, answer, prefix=bool(free)):
                assert kind != "!", f"{self.name}: {text} must not come"
                self.found.add(i)
        if found := re.match(r"(\d+) EXPUNGE", text):
            self.matcher.expunged(int(found[1]))


def mbox_for(path):
    own = path + ".mbox"
    return own if os.path.exists(own) else os.path.join(os.path.dirname(path), "default.mbox")
