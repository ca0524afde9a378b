"""nameserver.py - a small DNS server for tests: UDP and TCP, its records a dictionary

    with NameServer({"a.test": {"A": "127.0.0.2", "TXT": ["v=spf1 a -all"],
                                "MX": (10, "mx.a.test")}}) as dns:
        site.config["dns"] = {"server": dns.at, "mode": "forward"}

A name has values by type: one or a list of them. What is not there does not exist; a name with
others below it, or without that type, has no data. `dns.silent = True`: it hears, and says
nothing; `dns.mute.add(NAME)`: so about that name. TXT text is cut into strings of 255 octets. Answers too long for UDP are truncated.
"""

import ipaddress
import socketserver
import struct
import threading

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "TLSA": 52}
NAMES = {number: name for name, number in TYPES.items()}
NO_NAME, UDP_MAX, STREAM_MAX, TTL = 3, 1232, 65535, 60


def encode_name(name):
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def decode_question(message):
    """(name in lower case, type, the question's octets); questions are never compressed."""
    at, labels = 12, []
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode("ascii", "replace"))
        at += 1 + message[at]
    return ".".join(labels).lower(), struct.unpack(">H", message[at + 1:at + 3])[0], message[12:at + 5]


def encode_value(kind, value):
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind == "TXT":
        octets = value.encode()
        pieces = [octets[at:at + 255] for at in range(0, len(octets), 255)] or [b""]
        return b"".join(bytes([len(piece)]) + piece for piece in pieces)
    if kind == "TLSA":
        usage, selector, matching, data = value.split()
        return bytes([int(usage), int(selector), int(matching)]) + bytes.fromhex(data)
    if kind == "MX":
        return struct.pack(">H", value[0]) + encode_name(value[1])
    return encode_name(value)


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        message, wire = self.request
        reply = self.server.names.answer(message, UDP_MAX)
        if reply:
            wire.sendto(reply, self.client_address)


class Stream(socketserver.StreamRequestHandler):
    def handle(self):
        while head := self.rfile.read(2):
            reply = self.server.names.answer(self.rfile.read(struct.unpack(">H", head)[0]), STREAM_MAX)
            if not reply:
                return
            self.wfile.write(struct.pack(">H", len(reply)) + reply)


class NameServer:
    def __init__(self, records=None):
        self.records = {name.lower(): kinds for name, kinds in (records or {}).items()}
        self.silent = False
        self.mute = set()  # names about which it says nothing
        self.questions = []  # (type, name) as they came
        self._servers = self._listen()
        self.at = "{}:{}".format(*self._servers[0].server_address)
        for one in self._servers:
            one.names, one.daemon_threads = self, True
            threading.Thread(target=one.serve_forever, args=(0.05,), daemon=True).start()

    @staticmethod
    def _listen():
        """Both on one port, free for both."""
        while True:
            udp = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Datagram)
            try:
                return udp, socketserver.ThreadingTCPServer(udp.server_address, Stream)
            except OSError:
                udp.server_close()

    def answer(self, message, limit):
        """The reply, or None: silence."""
        name, number, question = decode_question(message)
        kind = NAMES.get(number)
        self.questions.append((kind, name))
        if self.silent or name in self.mute:
            return None
        found = self._find(name, kind)
        exists = name in self.records or any(other.endswith("." + name) for other in self.records)
        flags = 0x8580 | (0 if exists else NO_NAME)
        answers = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", number, 1, TTL, len(data)) + data for data in found)
        if 12 + len(question) + len(answers) > limit:
            return message[:2] + struct.pack(">HHHHH", flags | 0x200, 1, 0, 0, 0) + question
        return message[:2] + struct.pack(">HHHHH", flags, 1, len(found), 0, 0) + question + answers

    def _find(self, name, kind):
        values = self.records.get(name, {}).get(kind, [])
        return [encode_value(kind, one) for one in (values if isinstance(values, list) else [values])]

    def close(self):
        for one in self._servers:
            one.shutdown()
            one.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
