"""What the servers have in common: starting, stopping, counting what arrived."""

import imaplib
import os
import signal
import socket
import subprocess
import time

import watch

HOST = "127.0.0.1"
PASSWORD = "bench-secret-1"
DOMAIN = "example.org"
FORWARDED, WAITING = f"out@{DOMAIN}", "somebody@out.test"  # an alias, and whither it leads
BANNER_TIMEOUT = 20
WRITERS = 8


def user(number):
    return f"u{number}@{DOMAIN}"


def users(count):
    return [user(number) for number in range(1, count + 1)]


class Server:
    """ports: service -> port; folder: where it keeps mail; processes: what was started"""

    name = ""
    ports = {}
    folder = ""
    first_service = ""  # whose banner says that it is up

    def __init__(self):
        self.processes = []
        self.start_ms = None

    def commands(self):
        """What to run, each in the foreground."""
        raise NotImplementedError

    def index(self, name):
        """Makes what a server keeps to search that user's mail fast, if it does."""

    def start(self, prefix=()):
        begin = time.monotonic()
        with open(f"/var/log/{self.name}.log", "ab") as log:
            for command in self.commands():
                self.processes.append(subprocess.Popen([*prefix, *command], stdin=subprocess.DEVNULL,
                                                       stdout=log, stderr=log, start_new_session=True))
        try:
            self.wait_for_banner()
        except RuntimeError:
            self.stop()
            raise
        self.start_ms = 1000 * (time.monotonic() - begin)
        return self

    def wait_for_banner(self):
        end = time.monotonic() + BANNER_TIMEOUT
        while time.monotonic() < end:
            try:
                with socket.create_connection((HOST, self.ports[self.first_service])) as link:
                    if link.recv(1):
                        return
            except OSError:
                time.sleep(0.001)
        raise RuntimeError(f"{self.name} does not start: see build/bench/var/log/{self.name}.log")

    def stop(self):
        for process in self.processes:
            for pid in watch.tree([process.pid]) if process.args[0] == "strace" else [process.pid]:
                os.kill(pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []

    def __enter__(self):
        return self if self.processes else self.start()

    def __exit__(self, *_):
        self.stop()

    def pids(self):
        return [process.pid for process in self.processes]

    def at(self, service):
        return f"{HOST}:{self.ports[service]}"


class Inboxes:
    """Counts the messages that IMAP shows in the INBOXes of some users."""

    def __init__(self, server, names):
        self.links = []
        for name in names:
            link = imaplib.IMAP4(HOST, server.ports["imap"])
            link.login(name, PASSWORD)
            self.links.append(link)

    def count(self):
        total = 0
        for link in self.links:
            answer = link.status("INBOX", "(MESSAGES)")[1][0]
            total += int(answer.split()[-1].rstrip(b")"))
        return total

    def close(self):
        for link in self.links:
            link.logout()


def start_tool(name, *arguments):
    return subprocess.Popen([f"build/bench/{name}", *map(str, arguments)], text=True, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish_tool(running):
    """The words of each line that it printed."""
    out, fault = running.communicate()
    if running.returncode:
        name = os.path.basename(running.args[0])
        raise RuntimeError(f"{name}: {fault.strip().splitlines()[-1] if fault else running.returncode}")
    return [line.split() for line in out.splitlines()]


def tool(name, *arguments):
    """Runs a load generator to its end; returns the words of each line it prints."""
    return finish_tool(start_tool(name, *arguments))


def imap(server, name, *commands):
    """Runs commands as that user; (seconds, status) of each."""
    lines = tool("imap_load", server.at("imap"), name, PASSWORD, *commands)
    return [(float(seconds), status) for seconds, _, _, status in lines]


def append(server, name, mailbox, first, count):
    """Mails of the corpus in MULTIAPPENDs of 500, or, without that, over 8 connections.

    Returns the seconds, and whether there was MULTIAPPEND."""
    begin = time.monotonic()
    if imap(server, name, f"@append {mailbox} {first} {count} 500")[0][1] == "OK":
        return time.monotonic() - begin, True
    share = -(-count // WRITERS)
    finished = [start_tool("imap_load", server.at("imap"), name, PASSWORD,
                           f"@append {mailbox} {one} {min(share, first + count - one)} 1")
                for one in range(first, first + count, share)]
    for one in finished:
        finish_tool(one)
    return time.monotonic() - begin, False
