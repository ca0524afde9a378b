"""scripted.py - a filter that speaks the milter protocol by hand and says what a test wants

    with Filter(may=ADD_HEADERS) as filter:
        filter.at                          # "127.0.0.1:40123", or unix:/path
        filter.answers["E"] = [add("X-Seen", "yes"), CONTINUE]
        filter.heard                       # [(letter, octets), ...] of the last connection
"""

import socket
import struct
import threading
import time

CONTINUE, ACCEPT, REJECT, TEMPFAIL, DISCARD, SKIP, PROGRESS = b"c", b"a", b"r", b"t", b"d", b"s", b"p"
ALL = 0x1FF
QUIET_HEADERS, LEADING_SPACE, MAY_SKIP = 0x80, 0x100000, 0x400


def text(*parts):
    return b"".join(one.encode() + b"\0" for one in parts)


def add(name, value):
    return b"h" + text(name, value)


def insert(index, name, value):
    return b"i" + struct.pack(">I", index) + text(name, value)


def change(index, name, value):
    return b"m" + struct.pack(">I", index) + text(name, value)


class Filter:
    def __init__(self, may=ALL, wishes=0, path=None):
        self.may, self.wishes = may, wishes
        self.answers = {}  # letter: what is said to it, once; else CONTINUE
        self.delay = 0
        self.mute = False
        self.heard = []
        self.listener = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self.listener.bind(path or ("127.0.0.1", 0))
        self.listener.listen(20)
        self.at = f"unix:{path}" if path else "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def octets(self, letter):
        """All that was heard with that letter."""
        return [one for which, one in list(self.heard) if which == letter]

    def macros(self):
        found = {}
        for one in self.octets("D"):
            words = one[1:].split(b"\0")
            found.update(zip((w.decode() for w in words[0::2]), (w.decode() for w in words[1::2])))
        return found

    def _serve(self):
        while True:
            try:
                peer = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._converse, args=(peer,), daemon=True).start()

    def _converse(self, peer):
        with peer, peer.makefile("rb") as stream:
            self.heard = []
            while head := stream.read(4):
                packet = stream.read(struct.unpack(">I", head)[0])
                letter, octets = chr(packet[0]), packet[1:]
                self.heard.append((letter, octets))
                if letter == "Q":
                    return
                if self.mute:
                    continue
                time.sleep(self.delay)
                for one in self._answers(letter):
                    if one is None:
                        return
                    peer.sendall(struct.pack(">I", len(one)) + one)

    def _answers(self, letter):
        if letter == "O":
            return self.answers.get("O", [b"O" + struct.pack(">III", 6, self.may, self.wishes)])
        if letter == "D" or letter == "L" and self.wishes & QUIET_HEADERS:
            return []
        return self.answers.get(letter, [CONTINUE])
