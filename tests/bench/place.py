"""Where all servers of a run stand: namespaces of their own, files below build/bench.

Inside, /var is build/bench/var (on the disk of the build folder), the peers' files appear
under /usr and /etc, what is written to /etc ends in build/bench/etc, and /etc/passwd has the
users that the servers become."""

import fcntl
import os
import resource
import shutil
import socket
import struct
import subprocess
import sys

TOOLS = "build/bench"
VAR = os.path.realpath("build/bench/var")
ETC = os.path.realpath("build/bench/etc")
PEERS = "build/peers/root"
INSIDE = "POSTROOM_BENCH_INSIDE"
USERS = ["postfix", "postdrop", "dovecot", "dovenull", "vmail", "postroom"]
FIRST_ID = 61000
SIOCSIFFLAGS, IFF_UP_RUNNING = 0x8914, 0x41


def is_inside():
    return INSIDE in os.environ


def enter():
    """Starts this program anew, inside; does not return."""
    os.environ[INSIDE] = "1"
    command = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
               sys.executable, *sys.argv]
    if os.geteuid() != 0:
        print("bench: namespaces need root, with sudo", flush=True)
        command = ["sudo", f"{INSIDE}=1", *command]
    os.execvp(command[0], command)


def prepare():
    with socket.socket() as some:
        fcntl.ioctl(some, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP_RUNNING))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for folder in VAR, ETC, f"{ETC}.work":
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
    os.makedirs(f"{VAR}/tmp", 0o1777)
    os.makedirs(f"{VAR}/log")
    mount("--bind", VAR, "/var")
    overlay("/usr", layers("usr"))
    overlay("/etc", f"{layers('etc')},upperdir={ETC},workdir={ETC}.work")
    for name in "passwd", "group":
        add_users(name)


def layers(name):
    unpacked = os.path.realpath(f"{PEERS}/{name}")
    return f"lowerdir={unpacked}:/{name}" if os.path.isdir(unpacked) else f"lowerdir=/{name}"


def overlay(target, options):
    """On top of what is there; a lone lower layer needs none."""
    if ":" in options or "upperdir" in options:
        mount("-t", "overlay", "overlay", "-o", options, target)


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def add_users(name):
    with open(f"/etc/{name}", encoding="utf-8") as old:
        lines = [line for line in old if line.split(":")[0] not in USERS]
    for number, user in enumerate(USERS, FIRST_ID):
        rest = f"{number}:{number}::/nonexistent:/usr/sbin/nologin" if name == "passwd" else f"{number}:"
        lines.append(f"{user}:x:{rest}\n")
    with open(f"/etc/{name}", "w", encoding="utf-8") as new:
        new.writelines(lines)


def give(user, *paths):
    for path in paths:
        os.makedirs(path, exist_ok=True)
        subprocess.run(["chown", "-R", f"{user}:{user}", path], check=True)
