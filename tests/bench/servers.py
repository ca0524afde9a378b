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
BANNER_TIMEOUT = 20


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


def tool(name, *arguments):
    """Runs a load generator; returns the words of each line it prints."""
    done = subprocess.run([f"build/bench/{name}", *map(str, arguments)], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip().splitlines()[-1] if done.stderr else done.returncode}")
    return [line.split() for line in done.stdout.splitlines()]
