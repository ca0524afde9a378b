"""calls.py - requests with method calls, and what is said of those that are none (RFC 8620 3)"""

import concurrent.futures
import gzip
import json
import threading

from jmap import CORE, JO, MAIL, Client, Problem, served
from report import test

ERROR = "urn:ietf:params:jmap:error:"


def refused(client, content, error, status=400, kind="application/json"):
    try:
        client.post(content, kind)
    except Problem as problem:
        assert problem.status == status and problem.json["status"] == status, problem
        assert problem.fields["Content-Type"] == "application/problem+json"
        assert problem.json["type"] == ERROR + error, problem
        return problem.json
    raise AssertionError(f"{content[:100]!r} was taken")


@test
def an_echo():
    """RFC 8620 4.1"""
    with served() as running, Client(running) as jo:
        said = {"hello": True, "high": 5, "nested": [None, {"ä": "\U0001f600"}]}
        answer = jo.post({"using": [CORE], "methodCalls": [["Core/echo", said, "b3ff"], ["Core/echo", {}, "b3ff"]]})
        assert answer["methodResponses"] == [["Core/echo", said, "b3ff"], ["Core/echo", {}, "b3ff"]]
        assert answer["sessionState"] == jo.session["state"]
        for kind in "application/json; charset=utf-8", "Application/JSON":
            assert jo.post({"using": [CORE], "methodCalls": []}, kind)["methodResponses"] == []


@test
def requests_that_are_none():
    with served() as running, Client(running) as jo:
        good = json.dumps({"using": [CORE], "methodCalls": []})
        refused(jo, b"", "notJSON")
        refused(jo, b"{", "notJSON")
        refused(jo, b'{"using":["\xff"]}', "notJSON")
        refused(jo, good.encode() + b"x", "notJSON")
        refused(jo, good.encode(), "notJSON", kind="text/plain")
        refused(jo, good.encode(), "notJSON", kind="application/json-seq")
        refused(jo, b"[" * 100_000, "notJSON")
        for text in b"[]", b"{}", b'{"using":[],"methodCalls":[["a"]]}', b'{"using":1,"methodCalls":[]}':
            refused(jo, text, "notRequest")
        refused(jo, json.dumps({"using": ["https://a.test/x"], "methodCalls": []}).encode(), "unknownCapability")
        calls = [["Core/echo", {}, "a"]] * 1000
        limit = refused(jo, json.dumps({"using": [CORE], "methodCalls": calls}).encode(), "limit")
        assert limit["limit"] == "maxCallsInRequest"
        assert jo.call("Core/echo", {"still": "there"})["still"] == "there"


@test
def one_that_is_too_large():
    with served() as running, Client(running) as jo:
        most = jo.session["capabilities"][CORE]["maxSizeRequest"]
        jo.link.putrequest("POST", jo.path("apiUrl"))
        for name, value in (("Authorization", jo.login), ("Content-Type", "application/json"),
                            ("Content-Length", str(most + 1))):
            jo.link.putheader(name, value)
        jo.link.endheaders()
        answer = jo.link.getresponse()
        said = json.loads(answer.read())
        assert answer.status in (400, 413) and said["type"] == ERROR + "limit"
        assert said["limit"] == "maxSizeRequest"
    with served() as running, Client(running) as jo:
        begin = b'{"using":["%s"],"methodCalls":[["Core/echo",{"x":"' % CORE.encode()
        end = b'"},"a"]]}'
        text = b"x" * (most - len(begin) - len(end))
        assert jo.post(begin + text + end)["methodResponses"][0][1]["x"] == text.decode()


@test
def errors_of_methods():
    """RFC 8620 3.6.2"""
    with served() as running, Client(running) as jo:
        account = {"accountId": jo.account}
        answer = jo.post({"using": [CORE, MAIL], "methodCalls": [
            ["Foo/get", account, "0"], ["Email/get", {"accountId": "A999"}, "1"],
            ["Email/get", account | {"ids": "x"}, "2"], ["Email/get", account | {"frob": 1, "ids": []}, "3"],
            ["Email/get", account | {"ids": []}, "4"]]})["methodResponses"]
        kinds = [(name, arguments.get("type")) for name, arguments, _ in answer]
        assert kinds == [("error", "unknownMethod"), ("error", "accountNotFound"), ("error", "invalidArguments"),
                         ("error", "invalidArguments"), ("Email/get", None)], kinds
        answer = jo.post({"using": [CORE], "methodCalls": [["Email/get", account | {"ids": []}, "0"]]})
        assert answer["methodResponses"][0][1]["type"] == "unknownMethod"


@test
def side_by_side():
    """On many connections at once; what is too much is refused, nothing is lost or mixed up."""
    refusals, lock = [], threading.Lock()

    def talk(running, number):
        with Client(running) as jo:
            for i in range(8):
                said = {"number": f"{number}.{i}", "filler": "x" * 20_000}
                try:
                    answer = jo.post({"using": [CORE], "methodCalls": [["Core/echo", said, "a"]] * 5})
                except Problem as problem:
                    assert problem.status == 429 and problem.json["limit"] == "maxConcurrentRequests"
                    with lock:
                        refusals.append(number)
                    continue
                assert answer["methodResponses"] == [["Core/echo", said, "a"]] * 5

    with served() as running, concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: talk(running, number), range(6)))
        assert not refusals, "six are fewer than may be"
        with concurrent.futures.ThreadPoolExecutor(20) as more:
            list(more.map(lambda number: talk(running, number), range(20)))


@test
def answers_in_gzip():
    with served() as running, Client(running) as jo:
        document = json.dumps({"using": [CORE], "methodCalls": [["Core/echo", {"x": "y" * 1000}, str(i)]
                                                                 for i in range(50)]})
        head = {"Content-Type": "application/json", "Accept-Encoding": "gzip, deflate"}
        status, fields, content = jo.request("POST", jo.path("apiUrl"), document, head)
        assert status == 200 and fields["Content-Encoding"] == "gzip" and fields["Vary"] == "Accept-Encoding"
        assert len(content) < 5000
        assert json.loads(gzip.decompress(content))["methodResponses"] == json.loads(document)["methodCalls"]
        head["Accept-Encoding"] = "gzip;q=0"
        status, fields, content = jo.request("POST", jo.path("apiUrl"), document, head)
        assert "Content-Encoding" not in fields and len(json.loads(content)["methodResponses"]) == 50


@test
def long_answers():
    """Larger than any output may be, to a client that takes its time."""
    with served() as running, Client(running) as jo:
        said = {"x": "y" * 200_000}
        document = {"using": [CORE], "methodCalls": [["Core/echo", said, str(i)] for i in range(40)]}
        jo.link.request("POST", jo.path("apiUrl"), json.dumps(document),
                        {"Authorization": jo.login, "Content-Type": "application/json"})
        answer = jo.link.getresponse()
        pieces = iter(lambda: answer.read(100_000), b"")
        got = json.loads(b"".join(pieces))
        assert got["methodResponses"] == document["methodCalls"]
        assert len(json.dumps(got)) > 8_000_000
