"""hostile.py - what is huge, slow or garbage, and clients that go away"""

import contextlib
import socket
import time

from jmap import CORE, JO, Client, basic, served
from report import test
from wire import Wire

LOGIN = f"Authorization: {basic(JO, 'secret')}\r\n"
POST = f"POST /jmap/api HTTP/1.1\r\nHost: a.test\r\n{LOGIN}Content-Type: application/json\r\n"


def said(running, *pieces, end=True):
    """All that is answered until the server closes."""
    with Wire(running.at("http")) as wire:
        with contextlib.suppress(OSError):
            for piece in pieces:
                wire.send(piece)
            if end:
                wire.socket.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            return b"".join(iter(lambda: wire.socket.recv(65536), b"")).decode("latin-1")
    return ""


@test
def chunks_that_are_none():
    with served() as running:
        chunked = POST + "Transfer-Encoding: chunked\r\n\r\n"
        for body in ("x\r\n", "-1\r\n", "ffffffffffffffff1\r\n", "5\r\nhelloX", "0\r\nx" + "y" * 40_000,
                     "3;" + "e" * 5000 + "\r\n"):
            answer = said(running, chunked + body)
            assert answer.startswith("HTTP/1.1 400 ") and answer.count("HTTP/1.1 ") == 1, (body[:20], answer[:100])
        huge = said(running, chunked, *(["100000\r\n" + "x" * 0x100000 + "\r\n"] * 12))
        assert huge.startswith("HTTP/1.1 4") or not huge, huge[:100]


@test
def nothing_of_strangers_is_taken():
    """Neither 100 nor content without a login."""
    with served() as running:
        head = "POST /jmap/upload/A1 HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n"
        answer = said(running, head + "\r\n")
        assert answer.startswith("HTTP/1.1 401 ") and "100 Continue" not in answer
        assert said(running, head + LOGIN + "\r\n" + "x" * 1000).startswith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 ")


@test
def requests_in_a_row():
    """On one connection, sent at once: an answer each, in order."""
    with served() as running:
        content = '{"using":["%s"],"methodCalls":[["Core/echo",{"n":%d},"a"]]}'
        row = "".join(f"{POST}Content-Length: {len(content % (CORE, n))}\r\n\r\n{content % (CORE, n)}"
                      for n in range(5))
        answer = said(running, row + "GET /none HTTP/1.1\r\nHost: a.test\r\n\r\n")
        assert [answer.count(f'"n":{n}') for n in range(5)] == [1] * 5
        assert answer.count("HTTP/1.1 200 ") == 5 and answer.count("HTTP/1.1 404 ") == 1


@test
def clients_that_go_away():
    """In the midst of everything; the server goes on, and ends as it should."""
    with served() as running, Client(running, service="http") as jo:
        blob = jo.upload(b"x" * 5_000_000)["blobId"]
        for request in (POST + "Content-Length: 100\r\n\r\n{", "GET /.well-known/jmap HTTP/1.1\r\nHost: a.test\r\n" + LOGIN,
                        f"GET {jo.path('downloadUrl', blobId=blob, name='x', type='y')} HTTP/1.1\r\n"
                        f"Host: a.test\r\n{LOGIN}\r\n",
                        f"GET {jo.path('eventSourceUrl', types='*', closeafter='no', ping='5')} HTTP/1.1\r\n"
                        f"Host: a.test\r\n{LOGIN}\r\n",
                        f"POST {jo.path('uploadUrl')} HTTP/1.1\r\nHost: a.test\r\n{LOGIN}Content-Length: 1000000\r\n\r\n"
                        + "x" * 100_000,
                        "GET /.well-known/jmap HTTP/1.1\r\nHost: a.test\r\n" + LOGIN.replace("c2", "d3") + "\r\n"):
            for pause in 0, 0.05:
                wire = Wire(running.at("http"))
                wire.send(request)
                time.sleep(pause)
                wire.close()
        assert jo.call("Core/echo", {"a": 1})["a"] == 1


@test
def a_reader_that_does_not_read():
    """Its download costs little memory, and nobody else any time."""
    with served() as running, Client(running, service="http") as jo:
        blob = jo.upload(bytes(40_000_000))["blobId"]
        path = jo.path("downloadUrl", blobId=blob, name="x", type="y")
        held = [Wire(running.at("http")) for _ in range(10)]
        for wire in held:
            wire.send(f"GET {path} HTTP/1.1\r\nHost: a.test\r\n{LOGIN}\r\n")
        begin = time.monotonic()
        assert jo.call("Core/echo", {"a": 1})["a"] == 1
        assert time.monotonic() - begin < 5
        for wire in held:
            wire.close()


@test
def guesses_cost_time():
    """As by the other protocols (server/backoff.h)."""
    with served(limits={"exempt": "192.0.2.0/24"}) as running:
        spent = []
        for i in range(8):
            begin = time.monotonic()
            with Client(running, login=basic(JO, f"guess{i}")) as client:
                assert client.request("GET", "/.well-known/jmap")[0] == 401
            spent.append(time.monotonic() - begin)
            if spent[-1] > 0.9:
                break
        assert spent[-1] > 0.9, spent
