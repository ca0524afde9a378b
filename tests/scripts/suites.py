"""suites.py - every script of both collections as a test of its own, against one running server"""

import glob
import os
import re
import threading

import exceptions
import imaptest
import james
import report
import server
import sharing
from wire import Imap

DATA = os.environ.get("POSTROOM_TESTDATA", "")
IMAPTEST = os.path.join(DATA, "imap-imaptest")
JAMES = os.path.join(DATA, "imap-james-mpt", "imap-mailbox")
USER = "jo@example.test"
PASSWORD = "password"

# The scripts of James's that begin before the login, or in a mailbox that SelectedStateSetup fills.
ANYBODY = {"Authenticate", "Login", "ValidAuthenticated"}
SELECTED = set("""
    AppendToSelected Check Copy Expunge FetchBodyNoSection FetchEnvelope FetchInternalDate
    FetchMultipleMessages FetchPartial FetchPeek FetchRFC822 FetchRFC822Header FetchRFC822Mixed
    FetchRFC822Text FetchSaveDate FetchSingleMessage FetchText Move MoveNoMSG ObjectId RenameHierarchy
    RenameInbox RenameSelected Search SearchSaveDate Store Uid""".split())
# What else is there before they begin; James subscribes everybody to INBOX.
BEFORE = {
    "ListSpecialChar": ['CREATE "projects &- abc"', 'CREATE "&AOk-valuations"', 'CREATE "mailbox #17"'],
    "ListSubscribed": ["SUBSCRIBE INBOX"],
    "Subscribe": ["SUBSCRIBE INBOX"],
}

_lock = threading.Lock()
_running = []


def running():
    """(the site, its server): the same for all."""
    with _lock:
        if not _running:
            site = server.Site()
            _running.append((site, site.serve()))
    return _running[0]


def stop():
    for _, one in _running:
        one.stop()


def play_imaptest(path, name):
    _, one = running()
    script = imaptest.Script(path)
    mailbox = "imaptest-" + name.replace("/", "-")
    player = imaptest.Player(script, imaptest.mbox_for(path), one.at("imap"), USER, server.PASSWORDS[USER], mailbox)
    try:
        missing = player.missing()
        if missing:
            report.skip("not announced: " + " ".join(missing))
        player.prepare()
        player.play(lambda command: exceptions.status(name, command))
    finally:
        player.close()


def play_james(path, name):
    site, one = running()
    names = sharing.Names(f"{name.lower().replace('/', '-')}@{sharing.DOMAIN}")
    for user in [names.user, *(names.address(one) for one in sharing.users(path))]:
        server.run_well("user", "add", user, "--config", site.path, "--password-stdin", stdin=PASSWORD + "\n")
    sharing.begin(path, name, names, lambda user: Imap(one.at("imap"), user, PASSWORD))
    with open(path, encoding="utf-8") as file:
        greeted = re.match(r"[CS]: .*\n*(S: .*)?Server ready", re.sub(r"(?m)^#.*\n|^\n", "", file.read()))
    player = james.Player(one.at("imap"), names, PASSWORD,
                          "greeting" if greeted else "anybody" if name in ANYBODY else "auth")
    try:
        for command in BEFORE.get(name, []):
            player.sessions["1"].done(command)
        if name in SELECTED:
            player.play(os.path.join(JAMES, "SelectedStateSetup.test"))
        player.play(path, lambda command: exceptions.status(name, command))
    finally:
        player.close()


def add(kind, play, folder, pattern, suffix=""):
    for path in sorted(glob.glob(os.path.join(folder, pattern), recursive=True)):
        name = os.path.relpath(path, folder).removesuffix(suffix)
        if os.path.isfile(path) and (suffix or "." not in os.path.basename(path)):
            report.add(f"{kind} {name}", lambda path=path, name=name: play_unless_excepted(play, path, name))


def play_unless_excepted(play, path, name):
    if why := exceptions.whole(name):
        report.skip(why)
    play(path, name)


if DATA:
    add("imaptest", play_imaptest, IMAPTEST, "**/*")
    add("james", play_james, JAMES, "**/*.test", ".test")
else:
    report.add("scripts", lambda: report.skip("no test data"))
