"""names.py - a DNS server for the test network: MX and A records out of a dictionary"""

import socket
import struct
import threading

A, MX = 1, 15


def _name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"


class Names:
    """zone: {name: {"A": [address], "MX": [(preference, host)]}}; may change at any time."""

    def __init__(self, zone):
        self.zone = zone
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            question, peer = self.socket.recvfrom(4096)
            self.socket.sendto(self._answer(question), peer)

    def _answer(self, question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode().lower())
            at += 1 + question[at]
        kind = struct.unpack(">H", question[at + 1:at + 3])[0]
        known = self.zone.get(".".join(labels))
        records = self._records(known or {}, kind)
        flags = 0x8180 if known is not None else 0x8183
        head = question[:2] + struct.pack(">HHHHH", flags, 1, len(records), 0, 0)
        body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 0, len(one)) + one for one in records)
        return head + question[12:at + 5] + body

    @staticmethod
    def _records(known, kind):
        if kind == A:
            return [socket.inet_aton(one) for one in known.get("A", [])]
        if kind == MX:
            return [struct.pack(">H", preference) + _name(host) for preference, host in known.get("MX", [])]
        return []
