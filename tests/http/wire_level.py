"""wire_level.py - what is said on the wire: requests in a row, in drips, and such as are none"""

import contextlib
import re
import socket
import time

from pages import served
from report import add, test
from wire import Wire

GET = "GET / HTTP/1.1\r\nHost: a.test\r\n"


def statuses(running, octets, cut=None):
    """Of all that is answered until the server closes; it may do so before it was told all."""
    with Wire(running.at("http")) as wire:
        with contextlib.suppress(OSError):
            for at in range(0, len(octets), cut or len(octets)):
                wire.send(octets[at:at + (cut or len(octets))])
            wire.socket.shutdown(socket.SHUT_WR)
        text = b"".join(iter(lambda: wire.socket.recv(65536), b"")).decode("latin-1")
    return re.findall(r"^HTTP/1\.1 (\d+) ", text, re.M)


REFUSED = {
    "no host": ("GET / HTTP/1.1\r\n\r\n", "400"),
    "two hosts": (f"{GET}Host: b.test\r\n\r\n", "400"),
    "two lengths": (f"{GET}Content-Length: 0\r\nContent-Length: 0\r\n\r\n", "400"),
    "length and chunks": (f"{GET}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
    "a blank before the colon": (f"{GET}Content-Length : 5\r\n\r\n", "400"),
    "a folded field": (f"{GET}X: y\r\n Content-Length: 5\r\n\r\n", "400"),
    "another coding": (f"{GET}Transfer-Encoding: xchunked\r\n\r\n", "501"),
    "bare line feeds": ("GET / HTTP/1.1\nHost: a.test\n\nGET / HTTP/1.1\r\n\r\n", "400"),
    "another version": ("GET / HTTP/3.0\r\nHost: a.test\r\n\r\n", "505"),
    "a long line": (f"GET /{'x' * 20000} HTTP/1.1\r\n\r\n", "414"),
    "many fields": (GET + "X: y\r\n" * 5000 + "\r\n", "431"),
    "content": (f"{GET}Content-Length: 5\r\n\r\nhello", "413"),
}


def refused(octets, status):
    """One refusal, and nothing behind it is heard."""
    def run():
        with served() as running:
            assert statuses(running, (octets + f"{GET}\r\n").encode()) == [status]
    return run


for _name, (_octets, _status) in REFUSED.items():
    add(f"refused: {_name}", refused(_octets, _status))


@test
def a_head_with_bare_line_feeds_is_refused_at_once():
    with served() as running:
        for head in "GET / HTTP/1.1\nHost: a.test\n\n", f"{GET}X: y\n\n", f"{GET}X: y\n\r\n":
            with Wire(running.at("http"), seconds=5) as wire:
                wire.send(head)
                wire.expect("HTTP/1.1 400 .*")


@test
def options_of_the_server():
    """RFC 9110 9.3.7"""
    with served() as running:
        assert statuses(running, b"OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n") == ["204"]


@test
def requests_in_a_row():
    with served() as running:
        row = (f"{GET}\r\n" * 5 + "GET /none HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"
               f"{GET}\r\n").encode()
        for cut in None, 1, 7, 100:
            assert statuses(running, row, cut) == ["200"] * 5 + ["404"]
        assert statuses(running, b"GET / HTTP/1.0\r\n\r\n" + row) == ["200"]


@test
def an_open_connection_costs_nobody():
    """Heads that never end, while others are served."""
    with served() as running:
        held = [Wire(running.at("http")) for _ in range(50)]
        for wire in held:
            wire.send(GET.encode())
        begin = time.monotonic()
        assert statuses(running, f"{GET}\r\n".encode()) == ["200"]
        assert time.monotonic() - begin < 5
        for wire in held:
            wire.close()
