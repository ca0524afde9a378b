"""values.py - the values of an IMAP answer, and patterns that answers are held against

    parse('1 FETCH (UID 3 BODY[] {2}\\r\\nhi)')     # ['1', 'FETCH', ['UID', '3', 'BODY[]', 'hi']]

A list is a list, NIL is None, all else is text: whether an atom, a quoted string or a literal
carries it is the server's choice (RFC 9051 4.3). Text is one character an octet.

A pattern is written as an answer is. In it $name is a variable that is given its value the first
time and must have it later, $3 is where message 3 is by now, ${} is anything and $$ is a dollar.
"""

import re

TOKEN = re.compile(r'''
    [ ]+ | (?P<open>\() | (?P<close>\)) |
    "(?P<quoted>(?:[^"\\]|\\.)*)" |
    ~?\{(?P<size>\d+)\+?\}\r\n |
    (?P<atom>(?:[^\s()"\[{][^\s()\[]*\[[^\]]*\]|[^\s()])[^\s()]*)''', re.X | re.S)
VARIABLE = re.compile(r"\$(?:\$|\{(\w*)\}|(\w*))")


def parse(text):
    top = []
    stack = [top]
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        assert found, f"no IMAP answer: {text[at:]!r}"
        at = found.end()
        if found["open"]:
            stack.append([])
            stack[-2].append(stack[-1])
        elif found["close"]:
            assert len(stack) > 1, f"a ) too many: {text!r}"
            stack.pop()
        elif found["quoted"] is not None:
            stack[-1].append(re.sub(r"\\(.)", r"\1", found["quoted"]))
        elif found["size"]:
            stack[-1].append(text[at:at + int(found["size"])])
            at += int(found["size"])
        elif found["atom"]:
            stack[-1].append(None if found["atom"].upper() == "NIL" else found["atom"])
    assert len(stack) == 1, f"a ( too many: {text!r}"
    return top


class Rules:
    """How a list is compared: by the $! words at its head, else as its place in the answer asks."""

    def __init__(self, words, place):
        self.group = {"FETCH": 2, "STATUS": 2, "FLAGS": 1, "LIST": 1}.get(place, 0)  # 0: in this order
        self.complete = place == "FLAGS"
        self.ignored = ["\\recent"] if place == "FLAGS" else []
        self.banned = []
        for word in words:
            name, _, value = word[2:].partition("=")
            if name == "unordered":
                self.group, self.complete = int(value or 1), False
            elif name == "ban":
                self.banned.append(value.lower())

    def may_stay(self, value):
        """One that the pattern does not have."""
        word = value.lower() if isinstance(value, str) else value
        return word not in self.banned and (not self.complete or word in self.ignored)


def place_of(pattern, index, inside):
    """What the list at that index is: a FETCH's items, its FLAGS, a STATUS's items, the words of LIST or FLAGS."""
    words = [one.upper() if isinstance(one, str) else "" for one in pattern[:index]]
    if inside == "FETCH":
        return "FLAGS" if words and words[-1] == "FLAGS" else ""
    if inside or not words:
        return ""
    if index == 2 and words[1] == "FETCH":
        return "FETCH"
    if index == 2 and words[0] == "STATUS":
        return "STATUS"
    return "LIST" if index == 1 and words[0] in ("LIST", "LSUB", "FLAGS", "CAPABILITY") else ""


class Matcher:
    """Holds answers against patterns; variables: what is known by now."""

    def __init__(self, variables):
        self.variables = variables
        self.places = []  # of the messages that were there at first; None: expunged

    def expand(self, text):
        """A command's text, its variables replaced."""
        return VARIABLE.sub(lambda found: self._value(found), text)

    def _value(self, found):
        name = found[1] if found[1] is not None else found[2]
        if found[0] == "$$":
            return "$"
        if name and name.isdigit():
            return str(self.places[int(name) - 1])
        assert name in self.variables, f"the script's ${name} has no value yet"
        return self.variables[name]

    def expunged(self, number):
        self.places = [one if one is None or one < number else None if one == number else one - 1
                       for one in self.places]

    def fits(self, pattern, answer, prefix=False):
        """prefix: what follows the pattern's last word is free text."""
        before = dict(self.variables)
        if self._sequence(pattern, answer, prefix):
            return True
        self.variables.clear()
        self.variables.update(before)
        return False

    def _sequence(self, pattern, answer, prefix=False, inside=None):
        if len(answer) < len(pattern) or (not prefix and len(answer) > len(pattern)):
            return False
        return all(self._one(want, answer[i], prefix and i == len(pattern) - 1, place_of(pattern, i, inside))
                   for i, want in enumerate(pattern))

    def _one(self, want, value, prefix, place):
        if want in ("$", "${}") or (want == "" and value is None):  # what is not there: NIL or empty
            return True
        if isinstance(want, list):
            return isinstance(value, list) and self._list(want, value, place)
        if want is None or not isinstance(value, str):
            return want is value
        return self._text(want, value, prefix)

    def _text(self, want, value, prefix):
        names, parts, at = [], [], 0
        for found in VARIABLE.finditer(want):
            name = found[1] if found[1] is not None else found[2]
            parts.append(re.escape(want[at:found.start()]))
            at = found.end()
            if found[0] != "$$" and not name.isdigit() and name not in self.variables:
                parts.append("(.*?)")
                names.append(name)
            else:
                parts.append(re.escape(self._value(found)))
        parts.append(re.escape(want[at:]))
        compare = re.match if prefix else re.fullmatch
        found = compare("".join(parts), value, re.I | re.S)
        if found:
            self.variables.update({name: text for name, text in zip(names, found.groups()) if name})
        return bool(found)

    def _list(self, want, value, place):
        words = [one for one in want if isinstance(one, str) and one.startswith("$!")]
        want = want[len(words):]
        rules = Rules(words, place)
        if not rules.group:
            return self._sequence(want, value, inside=place)
        groups = [value[i:i + rules.group] for i in range(0, len(value), rules.group)]
        for i in range(0, len(want), rules.group):
            one = want[i:i + rules.group]
            found = next((group for group in groups if self._sequence(one, group, inside=place)), None)
            if found is None:
                return False
            groups.remove(found)
        return all(rules.may_stay(group[0]) for group in groups)
