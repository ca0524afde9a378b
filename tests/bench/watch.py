"""What a server costs: CPU and memory of its processes, its system calls."""

import os
import re
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def processes():
    """{pid: (parent, ticks of it and of its children that have ended)}"""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(") ")[2].split()
        except OSError:
            continue  # it ended
        found[int(pid)] = (int(fields[1]), sum(map(int, fields[11:15])))
    return found


def tree(roots):
    all_of_them = processes()
    members = set(roots)
    grown = True
    while grown:
        more = {pid for pid, (parent, _) in all_of_them.items() if parent in members} - members
        members |= more
        grown = bool(more)
    return {pid: all_of_them[pid][1] for pid in members if pid in all_of_them}


def cpu_seconds(roots):
    return sum(tree(roots).values()) / TICKS


def memory_octets(roots):
    """PSS: what is shared is counted once, in parts."""
    total = 0
    for pid in tree(roots):
        try:
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
                total += 1024 * int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M)[1])
        except OSError:
            continue
    return total


class Calls:
    """with Calls(roots) as calls: ...; calls.count: the system calls made meanwhile."""

    def __init__(self, roots):
        self.roots = roots
        self.count = None

    def __enter__(self):
        targets = [word for pid in tree(self.roots) for word in ("-p", str(pid))]
        self.strace = subprocess.Popen(["strace", "-f", "-c", "-U", "name,calls", "-o", "/var/tmp/calls", *targets],
                                       stderr=subprocess.DEVNULL)
        time.sleep(1)  # until it is attached everywhere
        return self

    def __exit__(self, *_):
        self.strace.send_signal(signal.SIGINT)
        self.strace.wait()
        with open("/var/tmp/calls", encoding="utf-8") as file:
            self.count = sum(int(line.split()[1]) for line in file
                             if re.match(r"\w+ +\d+$", line.strip()) and not line.startswith("total"))


class Syncs:
    """Counts syncs of a program that is started under it, almost without slowing it."""

    FILE = "/var/tmp/syncs"
    PREFIX = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=fsync,fdatasync,sync_file_range,msync",
              "-e", "signal=none", "-o", FILE]

    @classmethod
    def count(cls):
        with open(cls.FILE, encoding="utf-8", errors="replace") as file:
            return sum(1 for line in file if "sync" in line and "resumed" not in line)


def forget_files(folder):
    """Drops the folder's files from the page cache."""
    os.sync()
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
