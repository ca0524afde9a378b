"""syncing.py - mbsync and offlineimap: a Maildir and an IMAP account kept the same, with changes on both sides"""

import glob
import os

import client
import server
from report import add, test
from wire import Imap

JO = "jo@example.test"


class Mirror:
    """A Maildir, a folder below for each mailbox."""

    def __init__(self, running):
        self.running = running
        self.folder = server.new_folder()
        self.maildir = f"{self.folder}/mail"
        os.mkdir(self.maildir)
        self.configure(*running.at("imap"))

    def files(self, mailbox="INBOX"):
        return sorted(glob.glob(f"{self.maildir}/{mailbox}/new/*") + glob.glob(f"{self.maildir}/{mailbox}/cur/*"))

    def local(self, mailbox="INBOX"):
        """{subject: flags} of the Maildir."""
        found = {}
        for path in self.files(mailbox):
            with open(path, encoding="utf-8") as file:
                subject = next(line for line in file if line.startswith("Subject: "))[9:].strip()
            assert subject not in found, f"{subject} twice in the Maildir"
            found[subject] = "".join(c for c in path.rpartition(",")[2] if c in "FSRD") if ":2," in path else ""
        return found

    def remote(self, mailbox="INBOX"):
        """The same of the server."""
        letters = {"\\Flagged": "F", "\\Seen": "S", "\\Answered": "R", "\\Draft": "D"}
        found = {}
        with Imap(self.running.at("imap"), JO, "any") as imap:
            imap.done(f"EXAMINE {mailbox}")
            for one in imap.done("UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])"):
                if " FETCH " not in one:
                    continue
                subject = one.partition("Subject: ")[2].partition("\r\n")[0]
                assert subject not in found, f"{subject} twice on the server"
                found[subject] = "".join(sorted(letter for flag, letter in letters.items() if flag in one))
        return found

    def add(self, subject, mailbox="INBOX"):
        for name in ("new", "cur", "tmp"):
            os.makedirs(f"{self.maildir}/{mailbox}/{name}", exist_ok=True)
        client.write(f"{self.maildir}/{mailbox}/new/1.{subject}.here", client.message(subject))

    def path_of(self, subject):
        for path in self.files():
            with open(path, encoding="utf-8") as file:
                if f"Subject: {subject}\n" in file.read():
                    return path
        raise AssertionError(f"{subject} is not in the Maildir")

    def move(self, subject, mailbox):
        """As a program does that knows nothing of who else looks after the Maildir."""
        client.do("mv", self.path_of(subject), f"{self.maildir}/{mailbox}/new/moved.{subject}.here")

    def near(self, mailbox):
        """What the folder of that mailbox is called here."""
        return mailbox

    def flag(self, subject, flags):
        path = self.path_of(subject)
        base = os.path.basename(path).partition(":2,")[0]
        os.rename(path, f"{self.maildir}/INBOX/cur/{base}:2,{flags}")


class Mbsync(Mirror):
    def configure(self, host, port):
        client.write(f"{self.folder}/rc", f"""IMAPAccount a
Host {host}
Port {port}
User {JO}
Pass any
SSLType None
AuthMechs LOGIN

IMAPStore far
Account a

MaildirStore near
SubFolders Verbatim
Path {self.maildir}/
Inbox {self.maildir}/INBOX

Channel c
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
Sync All
SyncState *
""")

    def sync(self):
        client.do("mbsync", "-c", f"{self.folder}/rc", "-a", folder=self.folder)


class Offlineimap(Mirror):
    NAMES = {"K&AOQ-sten": "Kästen", "&ZeVnLIqe-/a&-b": "日本語/a&b"}

    def near(self, mailbox):
        return self.NAMES[mailbox]

    def configure(self, host, port):
        client.write(f"{self.folder}/rc", f"""[general]
accounts = a
metadata = {self.folder}/state
fsync = False
[Account a]
localrepository = near
remoterepository = far
utf8foldernames = yes
[Repository near]
type = Maildir
localfolders = {self.maildir}
sep = /
[Repository far]
type = IMAP
remotehost = {host}
remoteport = {port}
ssl = no
starttls = no
remoteuser = {JO}
remotepass = any
""")

    def sync(self):
        client.do("offlineimap", "-c", f"{self.folder}/rc", "-o", "-u", "basic", folder=self.folder,
                  env={"LC_ALL": "C.UTF-8"})


def change(running, *commands):
    with Imap(running.at("imap"), JO, "any") as imap:
        imap.done("SELECT INBOX")
        for command in commands:
            imap.done(command)


def both_ways(kind):
    with server.sandbox() as running:
        mirror = kind(running)
        client.put(running, JO, *[client.message(f"far{n}") for n in range(1, 6)])
        mirror.sync()
        assert sorted(mirror.local()) == [f"far{n}" for n in range(1, 6)]

        mirror.add("near1")
        mirror.add("near2", "project")
        mirror.add("grüße", "project")  # raw 8-bit, as found in archives
        mirror.flag("far1", "FS")
        os.remove(mirror.path_of("far2"))
        client.put(running, JO, client.message("far6"))
        change(running, r"UID STORE 3 +FLAGS (\Answered)", r"UID STORE 4 +FLAGS (\Deleted)", "EXPUNGE", "CREATE news")
        client.put(running, JO, client.message("item"), mailbox="news")
        mirror.sync()

        wanted = {"far1": "FS", "far3": "R", "far5": "", "far6": "", "near1": ""}
        assert mirror.local() == wanted, mirror.local()
        assert mirror.remote() == wanted, mirror.remote()
        assert list(mirror.local("news")) == list(mirror.remote("news")) == ["item"]
        assert sorted(mirror.local("project")) == sorted(mirror.remote("project")) == ["grüße", "near2"]

        before = mirror.files()
        mirror.sync()
        assert mirror.files() == before and mirror.remote() == wanted, "a third run changes nothing"


add("mbsync both ways", lambda: both_ways(Mbsync))
add("offlineimap both ways", lambda: both_ways(Offlineimap))


def odd_folders_and_a_big_mail(kind):
    """Names of other alphabets, each way; what is moved near by is moved on the server."""
    with server.sandbox() as running:
        mirror = kind(running)
        big = client.message("big", lines=["x" * 70] * 40000)
        client.put(running, JO, client.message("one"), big)
        change(running, "CREATE &ZeVnLIqe-/a&-b")
        client.put(running, JO, client.message("two"), mailbox="&ZeVnLIqe-/a&-b")
        mirror.add("three", mirror.near("K&AOQ-sten"))
        mirror.sync()
        assert mirror.local(mirror.near("&ZeVnLIqe-/a&-b")) == {"two": ""}
        assert mirror.remote("K&AOQ-sten") == {"three": ""}
        mirror.move("big", mirror.near("K&AOQ-sten"))
        mirror.sync()
        assert mirror.remote("K&AOQ-sten") == {"three": "", "big": ""} and mirror.remote() == {"one": ""}
        assert client.mail_in(running, JO, mailbox="K&AOQ-sten")[-1].endswith("\n" + big.partition("\n\n")[2])


add("mbsync odd folders", lambda: odd_folders_and_a_big_mail(Mbsync))
add("offlineimap odd folders", lambda: odd_folders_and_a_big_mail(Offlineimap))


@test
def mbsync_many_messages():
    with server.sandbox() as running:
        mirror = Mbsync(running)
        client.put(running, JO, *[client.message(f"m{n}") for n in range(300)])
        mirror.sync()
        assert len(mirror.local()) == 300
        for n in range(0, 300, 3):
            os.remove(mirror.path_of(f"m{n}"))
        mirror.sync()
        assert len(mirror.remote()) == len(mirror.local()) == 200
