"""This server, as `serve` and as `sandbox`."""

import os
import subprocess

import place
from servers import FORWARDED, HOST, PASSWORD, WAITING, Server, users

PROGRAM = os.path.realpath("build/postroom")
FOLDER = "/var/postroom"
CONFIG = f"{FOLDER}/postroom.conf"
OFFSET = 20000
USERS = 50


def run(*arguments):
    done = subprocess.run([PROGRAM, *arguments], input=PASSWORD + "\n", text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError(f"postroom {' '.join(arguments[:2])}: {done.stderr.strip()}")


class Postroom(Server):
    name = "postroom"
    ports = {"smtp": OFFSET + 25, "lmtp": OFFSET + 24, "imap": OFFSET + 143, "imaps": OFFSET + 993,
             "pop3": OFFSET + 110}
    folder = f"{FOLDER}/data"
    first_service = "smtp"

    def set_up(self):
        """A configuration and accounts; once for the whole run."""
        if os.path.exists(CONFIG):
            return self
        first, *others = users(USERS)
        run("init", "mail.example.org", first, "--dir", FOLDER, "--listen", HOST,
            "--port-offset", str(OFFSET), "--password-stdin")
        with open(CONFIG, encoding="utf-8") as file:
            text = file.read()
        text = text.replace("plaintext-login = no", "plaintext-login = yes")
        text = text.replace("[listen]\n", f"[listen]\nlmtp = {HOST}:{self.ports['lmtp']}\n")
        text = text.replace("[limits]\n", "[limits]\nconnections-per-address = 10000\n")
        with open(CONFIG, "w", encoding="utf-8") as file:
            file.write("user = postroom\n" + text)
            file.write(f"[route out.test]\nhost = {HOST}:32026\ntls = none\n")
        run("alias", "add", FORWARDED, WAITING, "--config", CONFIG)
        for name in others:
            run("user", "add", name, "--config", CONFIG, "--password-stdin")
        place.give("postroom", FOLDER)
        return self

    def index(self, name):
        run("reindex", name, "--config", CONFIG)

    def commands(self):
        self.set_up()
        return [[PROGRAM, "serve", "--config", CONFIG]]


class Sandbox(Server):
    name = "sandbox"
    ports = {"smtp": 21025, "imap": 21143, "pop3": 21110}
    first_service = "smtp"

    def commands(self):
        others = [word for name in ("submissions", "pop3s", "imaps", "http", "https") for word in (f"--{name}", "none")]
        return [[PROGRAM, "sandbox", *(word for name, port in self.ports.items()
                                       for word in (f"--{name}", f"{HOST}:{port}")), *others]]
