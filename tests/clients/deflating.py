"""deflating.py - IMAP COMPRESS with Python's zlib, in the clear and over TLS; NOTIFY in time"""

import time
import zlib

import server
from report import test
from wire import Imap

USER, PASSWORD = next(iter(server.PASSWORDS.items()))


class Deflated(Imap):
    """After deflate() what is said and heard is compressed."""

    packer = unpacker = None

    def deflate(self):
        self.done("COMPRESS DEFLATE")
        self.packer, self.unpacker = zlib.compressobj(wbits=-15), zlib.decompressobj(wbits=-15)

    def send(self, octets):
        octets = octets if isinstance(octets, bytes) else octets.encode()
        if self.packer:
            octets = self.packer.compress(octets) + self.packer.flush(zlib.Z_SYNC_FLUSH)
        super().send(octets)

    def fill(self, seconds=None):
        if not self.unpacker:
            return super().fill(seconds)
        before, self.buffer = self.buffer, b""
        came = super().fill(seconds)
        self.buffer = before + self.unpacker.decompress(self.buffer)
        return came


def read_and_write(wire):
    wire.deflate()
    message = b"Subject: large\r\n\r\n" + b"some words of text\r\n" * 20000
    assert wire.append("INBOX", message).startswith("OK")
    wire.done("SELECT INBOX")
    fetched = wire.done("FETCH 1:* BODY.PEEK[]")
    assert message.decode() in fetched[-1], "the message is another one"
    assert wire.command("COMPRESS DEFLATE")[1].startswith("BAD [COMPRESSIONACTIVE]")
    wire.done("NOOP")


@test
def imap_deflated_with_zlib():
    with server.Site().serve() as running:
        with Deflated(running.at("imap"), USER, PASSWORD) as wire:
            read_and_write(wire)
        with Deflated(running.at("imaps"), USER, PASSWORD, tls=True) as wire:
            read_and_write(wire)


@test
def imap_notify_arrives_in_time():
    """The best of several: the machine may be busy with something else."""
    took = []
    with server.Site().serve() as running:
        with Deflated(running.at("imap"), USER, PASSWORD) as one, \
                Imap(running.at("imap"), USER, PASSWORD) as other:
            one.deflate()
            one.done("NOTIFY SET (personal (MessageNew MessageExpunge))")
            for number in range(10):
                began = time.monotonic()
                assert other.append("INBOX", b"x: y\r\n\r\n").startswith("OK")
                one.expect(rf"\* STATUS INBOX \(MESSAGES {number + 1} UIDNEXT {number + 2}\)")
                took.append(time.monotonic() - began)
    assert min(took) < 0.05, f"it took {min(took) * 1000:.0f} ms"
