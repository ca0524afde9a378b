"""files.py - the files of the page as they are served, and what they may not do"""

import contextlib
import http.client
import json
import os
import re

import server
from report import test

WEB = os.path.join(server.ROOT, "web")
TYPES = {"css": "text/css", "html": "text/html", "js": "text/javascript", "svg": "image/svg+xml"}


@contextlib.contextmanager
def sandbox():
    with server.sandbox("--http", "0") as running:
        yield running


@contextlib.contextmanager
def site(**listeners):
    there = server.Site()
    there.config["listen"] |= {"http": "127.0.0.1:0", **listeners}
    with there.serve() as running:
        yield running


def get(running, path, method="GET", **fields):
    """(status, fields, content)"""
    link = http.client.HTTPConnection(*running.at("http"), timeout=20)
    with contextlib.closing(link):
        link.request(method, path, headers={name.replace("_", "-"): value for name, value in fields.items()})
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read()


def sources():
    for name in sorted(os.listdir(WEB)):
        if name != "meson.build":
            with open(os.path.join(WEB, name), "rb") as file:
                yield name, file.read()


@test
def all_files():
    """Each as it is in the folder, with its type, a tag of its own and a policy."""
    with sandbox() as running:
        tags = set()
        for name, content in sources():
            status, fields, served = get(running, f"/web/{name}")
            assert status == 200 and served == content, (name, status)
            assert fields["Content-Type"].split(";")[0] == TYPES[name.rsplit(".", 1)[1]], (name, fields["Content-Type"])
            assert fields["X-Content-Type-Options"] == "nosniff" and fields["Cache-Control"] == "no-cache"
            assert fields["Referrer-Policy"] == "no-referrer"
            policy = fields["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'") and "unsafe" not in policy, policy
            tags.add(fields["ETag"])
        assert len(tags) == len(list(sources()))


@test
def not_sent_twice():
    """304 for who has it, by whichever of the tags; never for who has another (RFC 9110 13.1.2)."""
    with sandbox() as running:
        for path in ("/", "/web/main.js", "/web/frame"):
            _, fields, content = get(running, path)
            tag = fields["ETag"]
            for known in (tag, f'"x", W/{tag}', "*"):
                status, again, nothing = get(running, path, If_None_Match=known)
                assert (status, again["ETag"], nothing) == (304, tag, b""), (path, known, status)
                assert "Content-Security-Policy" in again
            assert get(running, path, If_None_Match='"x"')[::2] == (200, content)
            status, fields, nothing = get(running, path, "HEAD")
            assert (status, int(fields["Content-Length"]), nothing) == (200, len(content), b"")


@test
def nothing_else():
    with sandbox() as running:
        for path in ("/web/", "/web/x.js", "/web/../src/operator/main.c", "/web/%2e%2e/dev", "/web/main.js/", "/web"):
            assert get(running, path)[0] == 404, path
        status, fields, _ = get(running, "/web/main.js", "POST")
        assert status == 405 and fields["Allow"] == "GET, HEAD"


@test
def frame():
    """What shows a mail may run nothing and is shown by the page only."""
    with sandbox() as running:
        plain, images = (get(running, f"/web/{name}")[1]["Content-Security-Policy"]
                         for name in ("frame", "frame-with-images"))
        for policy in (plain, images):
            sandboxed = re.search(r"sandbox ([^;]*);", policy)[1]
            assert "scripts" not in sandboxed and "forms" not in sandboxed, policy
            assert "default-src 'none'" in policy and "script-src" not in policy and "frame-ancestors 'self'" in policy
        assert "http" not in plain and "img-src blob: data: https: http:;" in images, (plain, images)


@test
def about_a_sandbox():
    with sandbox() as running:
        status, fields, text = get(running, "/web/about")
        about = json.loads(text)
        assert status == 200 and fields["Content-Type"] == "application/json" and about["sandbox"] is True
        assert about["ports"]["smtp"] == running.at("smtp")[1] and "lmtp" not in about["ports"], about
        assert b"main.js" in get(running, "/")[2] and b"main.js" in get(running, "/mail")[2]


@test
def pages_of_others():
    """No web page that somebody happens to visit may read a sandbox, for which it needs no password."""
    with sandbox() as running:
        port = running.at("http")[1]
        for origin, may in (("https://evil.test", False), ("null", False), ("http://localhost.evil.test", False),
                            ("http://127.0.0.1.evil.test:80", False), (None, False), ("http://localhost:3000", True),
                            ("http://app.localhost", True), ("http://127.8.0.1", True), ("http://[::1]:80", True),
                            ("http://mail.test:99", True)):
            fields = {"Origin": origin} if origin else {}
            for method in ("OPTIONS", "GET"):
                answer = get(running, "/.well-known/jmap", method, Host=f"mail.test:{port}", **fields)[1]
                assert (answer["Access-Control-Allow-Origin"] == "*") == may, (origin, method)
                assert answer["Vary"] == "Origin"
        for host, status in (("evil.com", 403), ("EVIL.COM:80", 403), ("127.0.0.1.evil.com", 403), ("localhost", 401),
                             (f"localhost:{port}", 401), ("127.0.0.1", 401), ("[::1]:80", 401), ("mailbox", 401),
                             ("a.internal", 401), ("192.0.2.1", 401)):
            assert get(running, "/.well-known/jmap", Host=host)[0] == status, host


@test
def in_a_real_server():
    """The front page stays, with a link to the page; where passwords need TLS it leads there."""
    with site() as running:
        front = get(running, "/")[2].decode()
        assert 'href="/mail"' in front and "main.js" not in front, front
        assert b"main.js" in get(running, "/mail")[2]
        assert json.loads(get(running, "/web/about")[2])["sandbox"] is False
    there = server.Site()
    there.config["listen"] |= {"http": "127.0.0.1:0", "https": "127.0.0.1:0"}
    there.config["auth"]["allow-plaintext-login"] = "no"
    with there.serve() as running:
        front = get(running, "/")[2].decode()
        assert f'href="https://mail.example.test:{running.at("https")[1]}/mail"' in front, front
    del there.config["listen"]["https"]
    with there.serve() as running:
        assert "/mail" not in get(running, "/")[2].decode()


@test
def house_rules():
    """Nothing from elsewhere, no markup made of data, every file named where it is built in, none too long."""
    with open(os.path.join(WEB, "meson.build"), encoding="utf-8") as file:
        named = re.findall(r"'([\w.]+)'", file.read())
    assert named == [name for name, _ in sources()], named
    for name, content in sources():
        text = content.decode()
        assert text.count("\n") <= 300, f"{name}: {text.count(chr(10))} lines"
        assert not re.search(r"innerHTML|insertAdjacentHTML|\beval\(|new Function", text), name
        assert not re.search(r"""(?:src=|href=|url\(|from |import\(?)\s*["']?(?:https?:)?//""", text), name
