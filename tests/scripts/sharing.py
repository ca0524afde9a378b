"""sharing.py - what James's scripts on shared mailboxes take for granted: users, mailboxes, rights

James's Java harness makes them, under names that are its own. A script begins here with the same,
made by those who own it with CREATE, APPEND and SETACL; every script has users of its own.
"""

import fnmatch
import re

import mpt

DOMAIN = "example.test"
# A user of the scripts: what stands before the script's own user here.
USERS = {"imapuser": "", "owner": "", "boby": "boby-", "diana": "diana-", "bob": "bob-", "benwa": "benwa-"}
ALL_BUT_ADMIN = "eiklprstwx"
EACH_RIGHT = "l lr lrs lrw lri lrk lrx lrt lrte lra".split()
# Beside what a script's own MYRIGHTS and SELECT show: scripts, owner, mailbox, rights, messages.
TABLE = [
    *(("SharingAccess*", "boby", f"mailbox-{rights}", rights, 10) for rights in EACH_RIGHT),
    ("SharingAccess*", "imapuser", "INBOX", "", 1),
    *(("ListWithSharedMailbox", "boby", name, "lr", 0) for name in ("sharedMailbox", "sharedMailbox/child", "Sent")),
    ("ListWithSharedMailbox", "diana", "sharedMailbox", "lr", 0),
    ("RenameSharedMailbox", "boby", "sharedMailbox", ALL_BUT_ADMIN, 0),
    ("RenameSharedMailbox", "boby", "sharedMailbox-eilprstwx", "eilprstwx", 0),
    ("RenameSharedMailbox", "boby", "sharedMailbox/child1-eiklprstwx", ALL_BUT_ADMIN, 10),
    ("RenameSharedMailbox", "boby", "sharedMailbox/child2-eiklprstw", "eiklprstw", 0),
    ("RenameSharedMailbox", "boby", "sharedMailbox/child3", ALL_BUT_ADMIN, 0),
    ("RenameSharedMailbox", "boby", "sharedMailbox/child3/sub1", ALL_BUT_ADMIN, 0),
    ("RenameSharedMailbox", "boby", "otherSharedMailbox", ALL_BUT_ADMIN, 0),
]
FLAGS = {2: r"(\Flagged)", 3: r"(\Deleted)"}  # of the third and fourth of four messages
MAILBOX = re.compile(r"(#?)user(?:\.([\w*]*)(?:\.(.*))?)?")


class Names:
    """The script's names as ours, for its user; a name that is nobody's stays, but for the separator."""

    def __init__(self, user):
        self.user = user

    def address(self, word):
        """boby and -boby as addresses."""
        sign, name = re.fullmatch("(-?)(.*)", word, re.S).groups()
        return f"{sign}{USERS[name.lower()]}{self.user}" if name.lower() in USERS else word

    def mailbox(self, name):
        """user.Boby is his INBOX, as #user.boby.x is his x; both under our namespace, but for one's own."""
        found = MAILBOX.fullmatch(name)
        if not found:
            return name.replace("#private.", "").replace(".", "/")
        hidden, owner, rest = found.groups()
        if (owner or "*") == "*":  # all others
            return f"Other Users/{owner or ''}"
        parts = ["Other Users", self.address(owner)] if USERS[owner.lower()] else []
        parts += [] if hidden else ["INBOX"]
        return "/".join(parts + ([rest.replace(".", "/")] if rest is not None else []))

    def word(self, text):
        """A word of a command that names mailboxes: a name, a pattern, a user, or none of them."""
        bare = text.strip('"')
        if MAILBOX.fullmatch(bare):
            return f'"{self.mailbox(bare)}"'
        user, dot, below = bare.partition(".")
        if user.removeprefix("-").lower() in USERS:
            return f'"{self.address(user)}{"/" if dot else ""}{below.replace(".", "/")}"'
        return re.sub(r"(?<=[^ \".])\.(?!\.)", "/", text.replace("#private.", ""))

    def words(self, line):
        line = re.sub(r'"user\." "(\w+)"', r'"#user" "\1.INBOX"', line)
        return re.sub(r'"[^"]*"|[^ "]+', lambda found: self.word(found[0]), line)


def granted(path, name):
    """(owner, mailbox, rights, messages) of all that the script begins with; c and d are none (RFC 4314 2.1.1)."""
    rows = {(owner, mailbox): [rights, count] for script, owner, mailbox, rights, count in TABLE
            if fnmatch.fnmatchcase(name, script)}
    selects, selected = 0, None
    for kind, text in mpt.steps(path):
        if kind == "C":
            selected = re.fullmatch(r"\S+ SELECT user\.(\w+)", text) if not selects else None
            selects += " SELECT " in text
        elif found := re.fullmatch(r"\\\* MYRIGHTS user\.(\w+)(?:\.(\w+))? (\w+)", text):
            rows[found[1].lower(), f"INBOX/{found[2]}" if found[2] else "INBOX"] = [re.sub("[cd]", "", found[3]), 0]
        elif selected and (found := re.fullmatch(r"\\\* ([1-9]) EXISTS", text)):
            rows.setdefault((selected[1].lower(), "INBOX"), ["", 0])[1] = int(found[1])
    return [(*place, *row) for place, row in rows.items()]


def users(path):
    """Who is named in the script, beside its own user."""
    with open(path, encoding="utf-8") as file:
        text = file.read().lower()
    return [one for one, before in USERS.items() if before and re.search(rf"\b{one}\b", text)]


def begin(path, name, names, connect):
    """connect: a session of a user, by address."""
    for owner, mailbox, rights, count in granted(path, name):
        address = names.address(owner)
        with connect(address) as session:
            if mailbox != "INBOX":
                session.done(f'CREATE "{mailbox}"')
            for number in range(count):
                flags = FLAGS.get(number, "()") if count == 4 else "()"
                status = session.append(f'"{mailbox}"', b"Subject: x\r\n\r\n", flags)
                assert status.startswith("OK"), status
            if address != names.user:
                session.done(f'SETACL "{mailbox}" "{names.user}" {rights}')
