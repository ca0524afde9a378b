"""jmap.py - a server with JMAP, and a small client of it

    with served() as running:
        jo = Client(running)
        jo.call("Core/echo", {"hello": True})       # {"hello": True}
        jo.upload(b"...")["blobId"]
"""

import base64
import contextlib
import http.client
import json
import socket
import ssl
import urllib.parse

import server

CORE, MAIL, SUBMISSION = (f"urn:ietf:params:jmap:{name}" for name in ("core", "mail", "submission"))
JO, ANN = server.PASSWORDS


@contextlib.contextmanager
def served(**sections):
    site = server.Site()
    site.config["listen"] |= {"http": "127.0.0.1:0", "https": "127.0.0.1:0"}
    for name, keys in sections.items():
        site.config.setdefault(name, {}).update(keys)
    with site.serve() as running:
        running.site = site
        yield running


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def connect(where, service, timeout=30):
    if service == "http":
        return http.client.HTTPConnection(*where, timeout=timeout)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(*where, context=context, timeout=timeout)


class Problem(AssertionError):
    def __init__(self, status, fields, content):
        super().__init__(f"{status} {content[:500]!r}")
        self.status, self.fields, self.content = status, fields, content
        self.json = json.loads(content) if "json" in fields.get("Content-Type", "") else {}


class Client:
    """One connection of a user."""

    def __init__(self, running, user=JO, password=None, service="https", login=None):
        self.user, self.service, self.where = user, service, running.at(service)
        self.login = login if login is not None else basic(user, password or server.PASSWORDS[user])
        self.link = connect(self.where, service)
        self._session = None

    def request(self, method, path, content=None, fields=None):
        """(status, fields, content)"""
        head = {"Authorization": self.login} if self.login else {}
        self.link.request(method, path, content, head | (fields or {}))
        answer = self.link.getresponse()
        return answer.status, answer.headers, answer.read()

    def good(self, *arguments, status=200):
        answer = self.request(*arguments)
        if answer[0] != status:
            raise Problem(*answer)
        return answer[2]

    @property
    def session(self):
        if not self._session:
            self._session = json.loads(self.good("GET", "/.well-known/jmap"))
        return self._session

    @property
    def account(self):
        return self.session["primaryAccounts"][MAIL]

    def path(self, which, **values):
        url = urllib.parse.urlsplit(self.session[which])
        text = f"{url.path}?{url.query}" if url.query else url.path
        for key, value in ({"accountId": self.account} | values).items():
            text = text.replace("{%s}" % key, urllib.parse.quote(str(value), safe=""))
        return text

    def post(self, document, kind="application/json"):
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        return json.loads(self.good("POST", self.path("apiUrl"), content, {"Content-Type": kind}))

    def calls(self, *calls):
        """Each (method, arguments): the responses."""
        answer = self.post({"using": [CORE, MAIL, SUBMISSION],
                            "methodCalls": [[name, {"accountId": self.account} | arguments, str(i)]
                                            for i, (name, arguments) in enumerate(calls)]})
        return answer["methodResponses"]

    def call(self, name, arguments=None):
        (said, answer, _), *_ = self.calls((name, arguments or {}))
        assert said == name, (said, answer)
        return answer

    def upload(self, octets, kind="application/octet-stream"):
        return json.loads(self.good("POST", self.path("uploadUrl"), octets, {"Content-Type": kind}, status=201))

    def download(self, blob, name="x", kind="application/octet-stream"):
        return self.request("GET", self.path("downloadUrl", blobId=blob, name=name, type=kind))

    def close(self):
        self.link.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Events:
    """The stream of events; each is {"event": ..., "data": ..., "id": ...}."""

    def __init__(self, client, types="*", closeafter="no", ping="0", last=None):
        self.link = connect(client.where, client.service)
        fields = {"Authorization": client.login} | ({"Last-Event-ID": last} if last else {})
        self.link.request("GET", client.path("eventSourceUrl", types=types, closeafter=closeafter, ping=ping),
                          headers=fields)
        self.answer = self.link.getresponse()
        assert self.answer.status == 200, self.answer.status
        assert self.answer.headers["Content-Type"].startswith("text/event-stream")

    def next(self, timeout=10):
        """The next event with data; None: the stream has ended."""
        self.link.sock and self.link.sock.settimeout(timeout)
        event = {}
        for line in iter(self.answer.readline, b""):
            text = line.decode().rstrip("\r\n")
            name, _, value = text.partition(":")
            if name:
                event[name] = value.removeprefix(" ")
            elif not text and "data" in event:
                return event | {"data": json.loads(event["data"])}
            elif not text:
                self.last = event.get("id", getattr(self, "last", None))
                event = {}
        return None

    def close(self):
        with contextlib.suppress(OSError):
            self.link.sock and self.link.sock.shutdown(socket.SHUT_RDWR)
        self.link.close()
