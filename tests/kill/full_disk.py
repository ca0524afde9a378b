"""full_disk.py - a disk that is really full: a small tmpfs in a mount namespace of its own

People can still read, delete and log out; deliveries are for later; once there is room again
it goes on without a restart.
"""

import contextlib
import os
import re
import subprocess

import report
import server
from failing import append, send
from ledger import make_mail
from report import test
from wire import Imap, Pop3

JO, ANN = "jo@example.test", "ann@example.test"
DISK = "24m"


class Disk:
    """The site's data folder on a file system that is seen by the server only."""

    def __init__(self, site):
        self.data = f"{site.folder}/data"
        self.script = ('cp -a "$0" "$0.kept" && mount -t tmpfs -o size=' + DISK + ',mode=700 tmpfs "$0" && '
                       'cp -a "$0.kept/." "$0" && exec "$@"')

    def wrapper(self):
        return ["unshare", "--mount", "sh", "-c", self.script, self.data]

    def path(self, running):
        """Where its files are seen from outside."""
        return f"/proc/{running.pid}/root{self.data}"

    def fill(self, running):
        with open(f"{self.path(running)}/filler", "ab", buffering=0) as file:
            for size in (1 << 20, 1 << 16, 1 << 12):
                while True:
                    try:
                        if file.write(b"\0" * size) < size:
                            break
                    except OSError:
                        break

    def free(self, running):
        os.unlink(f"{self.path(running)}/filler")


def needs_root():
    if os.geteuid() or subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
                                      capture_output=True).returncode:
        report.skip("needs root, to mount a small file system")


@contextlib.contextmanager
def full():
    """(running, disk): jo has three mails and there is no room for more."""
    needs_root()
    site = server.Site()
    site.save()
    disk = Disk(site)
    with site.serve(wrapper=disk.wrapper()) as running:
        for _ in range(3):
            assert send(running, [JO], make_mail(2000)[1])[0] == 250
        disk.fill(running)
        yield running, disk


def count(running):
    with Imap(running.at("imap"), JO, "secret") as imap:
        return int(re.search(r"MESSAGES (\d+)", imap.done("STATUS INBOX (MESSAGES)")[0])[1])


@test
def full_disk_deliveries_are_for_later_and_go_on():
    with full() as (running, disk):
        big = make_mail(400000)[1]
        for people in ([JO], [JO, ANN]):
            for mail in (make_mail(2000)[1], make_mail(100000)[1], big):
                code, text = send(running, people, mail)
                assert 400 <= code < 500, f"{code} {text}"
        assert append(running, big, "INBOX").startswith("NO"), "APPEND on a full disk"
        assert count(running) == 3
        disk.free(running)
        for mail in (make_mail(2000)[1], big):
            assert send(running, [JO, ANN], mail)[0] == 250, "it does not go on"
        assert count(running) == 5


@test
def full_disk_mail_can_be_read():
    with full() as (running, _):
        with Imap(running.at("imap"), JO, "secret") as imap:
            imap.done("SELECT INBOX")
            assert len([one for one in imap.done("FETCH 1:* BODY.PEEK[]") if " FETCH " in one]) == 3
            imap.done("LOGOUT")
        with Pop3(running.at("pop3"), JO, "secret") as pop:
            pop.done("RETR 1")
            assert pop.lines()
            pop.done("QUIT")


@test
def full_disk_without_its_reserve_mail_can_be_read():
    with full() as (running, disk):
        assert 400 <= send(running, [JO], make_mail(2000)[1])[0] < 500
        assert not os.path.exists(f"{disk.path(running)}/reserve")
        disk.fill(running)
        with Imap(running.at("imap"), JO, "secret") as imap:
            imap.done("SELECT INBOX")
            assert len([one for one in imap.done("FETCH 1:* BODY.PEEK[]") if " FETCH " in one]) == 3
            assert imap.command(r"STORE 1 +FLAGS (\Deleted)")[1].startswith("NO")
            disk.free(running)
            imap.done(r"STORE 1 +FLAGS (\Deleted)")
            imap.done("EXPUNGE")
        assert send(running, [JO], make_mail(2000)[1])[0] == 250
        assert os.path.exists(f"{disk.path(running)}/reserve")


@test
def full_disk_mail_can_be_deleted():
    with full() as (running, _):
        with Imap(running.at("imap"), JO, "secret") as imap:
            imap.done("SELECT INBOX")
            imap.done(r"STORE 1 +FLAGS.SILENT (\Deleted)")
            imap.done("EXPUNGE")
        with Pop3(running.at("pop3"), JO, "secret") as pop:
            pop.done("DELE 1")
            pop.done("QUIT")
        assert count(running) == 1
