"""A place of their own for real servers: namespaces that end with us, files below a build folder.

    place.enter()                                    # as root: this program anew, inside
    place.prepare("build/bench", ["build/peers/root"], ["postfix", "postdrop"])

Inside, /var is FOLDER/var (on the disk of the build folder), the unpacked packages' files
appear under /usr and /etc, what is written to /etc ends in FOLDER/etc, and /etc/passwd has
the users that the servers become. Only loopback is up."""

import fcntl
import os
import resource
import shutil
import socket
import struct
import subprocess
import sys

INSIDE = "POSTROOM_PLACE_INSIDE"
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
        print("namespaces need root, with sudo", flush=True)
        command = ["sudo", f"{INSIDE}=1", *command]
    os.execvp(command[0], command)


def prepare(folder, packages, users):
    """packages: the folders they are unpacked in, the first one on top."""
    with socket.socket() as some:
        fcntl.ioctl(some, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP_RUNNING))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    var, etc = os.path.realpath(f"{folder}/var"), os.path.realpath(f"{folder}/etc")
    for one in var, etc, f"{etc}.work":
        shutil.rmtree(one, ignore_errors=True)
        os.makedirs(one)
    os.makedirs(f"{var}/tmp")
    os.chmod(f"{var}/tmp", 0o1777)
    os.makedirs(f"{var}/log")
    mount("--bind", var, "/var")
    overlay("/usr", layers("usr", packages))
    overlay("/etc", f"{layers('etc', packages)},upperdir={etc},workdir={etc}.work")
    for name in "passwd", "group":
        add_users(name, users)


def layers(name, packages):
    unpacked = [os.path.realpath(f"{one}/{name}") for one in packages if os.path.isdir(f"{one}/{name}")]
    return "lowerdir=" + ":".join([*unpacked, f"/{name}"])


def overlay(target, options):
    """On top of what is there; a lone lower layer needs none."""
    if ":" in options or "upperdir" in options:
        mount("-t", "overlay", "overlay", "-o", options, target)


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def add_users(name, users):
    with open(f"/etc/{name}", encoding="utf-8") as old:
        lines = [line for line in old if line.split(":")[0] not in users]
    for number, user in enumerate(users, FIRST_ID):
        rest = f"{number}:{number}::/nonexistent:/usr/sbin/nologin" if name == "passwd" else f"{number}:"
        lines.append(f"{user}:x:{rest}\n")
    with open(f"/etc/{name}", "w", encoding="utf-8") as new:
        new.writelines(lines)


def give(user, *paths):
    for path in paths:
        os.makedirs(path, exist_ok=True)
        subprocess.run(["chown", "-R", f"{user}:{user}", path], check=True)
