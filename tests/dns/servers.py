"""Servers of the test network: nsd with the zones, and some that misbehave."""

import os
import socket
import struct
import subprocess
import threading
import time

import peers

AD, TC, SERVFAIL = 0x0020, 0x0200, 2


def free_port():
    """Free for UDP and TCP."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind(("127.0.0.1", 0))
            try:
                tcp.bind(udp.getsockname())
                return udp.getsockname()[1]
            except OSError:
                continue


class Nsd:
    """Authoritative for the zones whose files are in the folder; closed by close()."""

    def __init__(self, folder, names, port=None):
        folder = os.path.realpath(folder)
        self.port = port or free_port()
        config = f'server:\n ip-address: 127.0.0.1@{self.port}\n username: ""\n chroot: ""\n' \
                 f' zonesdir: "{folder}"\n pidfile: ""\n database: ""\n zonelistfile: "{folder}/list"\n' \
                 f' xfrdir: "{folder}"\n xfrdfile: "{folder}/xfrd"\n cookie-secret-file: "{folder}/none"\n' \
                 f' rrl-ratelimit: 0\nremote-control:\n control-enable: no\n'
        for zone in names:
            config += f'zone:\n name: "{zone}"\n zonefile: "{zone}"\n'
        with open(f"{folder}/nsd.conf", "w", encoding="ascii") as file:
            file.write(config)
        with open(f"{folder}/nsd.log", "w", encoding="ascii") as log:
            self.process = subprocess.Popen(
                [peers.program("dns", "usr/sbin/nsd"), "-d", "-c", f"{folder}/nsd.conf"],
                stdout=log, stderr=log, env=peers.environment("dns"))
        self.wait()

    def wait(self):
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("nsd does not start; see its nsd.log")

    def close(self):
        self.process.terminate()
        self.process.wait()


class Fake:
    """Answers datagrams by a function of the question (None: silence), and has no TCP."""

    def __init__(self, reply):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked = 0
        threading.Thread(target=self.serve, args=(reply,), daemon=True).start()

    def serve(self, reply):
        while True:
            question, peer = self.socket.recvfrom(4096)
            self.asked += 1
            answer = reply(question)
            if answer:
                self.socket.sendto(answer, peer)


def silent(_):
    return None


def with_flags(question, flags):
    """The question as an answer without records."""
    return question[:2] + struct.pack(">H", 0x8180 | flags) + question[4:]


def servfail(question):
    return with_flags(question, SERVFAIL)


def truncated(question):
    return with_flags(question, TC)


def garbage(question):
    return question[:2] + b"\x81\x80" + b"\xff" * 60


def authenticated(port):
    """Passes on what the server at port says, and vouches for it where it is of signed.test."""
    def reply(question):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(2)
            s.connect(("127.0.0.1", port))
            s.send(question)
            answer = s.recv(4096)
        flags = struct.unpack(">H", answer[2:4])[0] | (AD if b"\x06signed" in question else 0)
        return answer[:2] + struct.pack(">H", flags) + answer[4:]
    return reply
