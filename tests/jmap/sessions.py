"""sessions.py - the session resource, who may ask for it, and what the paths say to others"""

import imaplib

import server
from jmap import ANN, CORE, JO, MAIL, SUBMISSION, Client, basic, connect, served
from report import test


@test
def session_resource():
    """RFC 8620 2"""
    with served() as running, Client(running) as jo:
        session = jo.session
        status, fields, _ = jo.request("GET", "/.well-known/jmap")
        assert status == 200 and fields["Content-Type"] == "application/json"
        assert "no-store" in fields["Cache-Control"]
        assert session["username"] == JO and session["state"]
        limits = session["capabilities"][CORE]
        assert limits["maxSizeUpload"] >= 50_000_000 and limits["maxSizeRequest"] >= 10_000_000
        assert limits["maxConcurrentRequests"] >= 4 and limits["maxCallsInRequest"] >= 16
        (account,) = session["accounts"]
        assert session["accounts"][account]["name"] == JO and session["accounts"][account]["isPersonal"]
        assert session["primaryAccounts"] == {MAIL: account, SUBMISSION: account}
        host, port = running.at("https")
        for name, variables in (("apiUrl", ()), ("uploadUrl", ["accountId"]),
                                ("downloadUrl", ["accountId", "blobId", "type", "name"]),
                                ("eventSourceUrl", ["types", "closeafter", "ping"])):
            assert session[name].startswith(f"https://{host}:{port}/"), session[name]
            assert all("{%s}" % one in session[name] for one in variables), session[name]
        with Client(running, ANN) as ann:
            assert ann.account != account and ann.session["username"] == ANN


LOGINS = {
    "none": "", "another scheme": "Digest x", "no base64": "Basic %%%", "no colon": "Basic am8=",
    "a wrong password": basic(JO, "wrong"), "an empty one": basic(JO, ""), "nobody": basic("no@example.test", "x"),
    "a token where none are taken": "Bearer abc", "a NUL": basic("jo\0@example.test", "secret"),
}


@test
def logins_that_are_none():
    with served() as running:
        for name, login in LOGINS.items():
            with Client(running, login=login) as client:
                status, fields, content = client.request("GET", "/.well-known/jmap")
                assert status == 401, (name, status)
                assert 'Basic realm="mail.example.test", charset="UTF-8"' in fields["WWW-Authenticate"], name
                assert fields["Content-Type"] == "application/problem+json" and b'"status":401' in content


@test
def logins():
    """The address in any case, the name alone, an app password; each request on its own."""
    with served() as running:
        app = running.site.run_well("user", "app", "add", JO, "phone").split()[-1]
        for login in (basic("JO@Example.Test", "secret"), basic("jo", "secret"), basic(JO, app),
                      "bASIC   " + basic(JO, "secret").split()[1]):
            with Client(running, login=login) as client:
                assert client.session["username"] == JO, login
        with Client(running) as client:
            assert client.request("GET", "/.well-known/jmap")[0] == 200
            client.login = basic(JO, "no")
            assert client.request("GET", "/.well-known/jmap")[0] == 401
            client.login = basic(ANN, server.PASSWORDS[ANN])
            assert client.session["username"] == ANN


@test
def passwords_without_tls():
    with served(auth={"allow-plaintext-login": "no"}) as running:
        with Client(running, service="http") as client:
            status, fields, _ = client.request("GET", "/.well-known/jmap")
            assert status == 403 and "WWW-Authenticate" not in fields
        with Client(running) as client:
            assert client.session["username"] == JO
    with served() as running, Client(running, service="http") as client:
        assert client.session["apiUrl"].startswith("http://")


@test
def other_methods_and_paths():
    with served() as running, Client(running) as jo:
        for method, path, allowed in (("POST", "/.well-known/jmap", "GET, HEAD, OPTIONS"),
                                      ("GET", "/jmap/api", "POST, OPTIONS"), ("PUT", "/jmap/upload/A1", "POST, OPTIONS"),
                                      ("DELETE", "/jmap/download/A1/x/y", "GET, HEAD, OPTIONS")):
            status, fields, _ = jo.request(method, path)
            assert (status, fields["Allow"]) == (405, allowed), (method, path, status)
        for path in ("/jmap", "/jmap/", "/jmap/api/", "/jmap/download", "/.well-known/jmap/x"):
            assert jo.request("GET", path)[0] == 404, path
        with Client(running) as other:
            assert other.request("HEAD", "/.well-known/jmap")[2] == b""


@test
def scripts_of_other_sites():
    """What the Fetch standard asks before a browser lets a script read the answer."""
    with served() as running:
        link = connect(running.at("https"), "https")
        link.request("OPTIONS", "/jmap/api", headers={
            "Origin": "https://a.test", "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type"})
        answer = link.getresponse()
        assert answer.status == 204 and answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        allowed = answer.headers["Access-Control-Allow-Headers"].lower()
        assert "authorization" in allowed and "content-type" in allowed
        answer.read()
        link.request("GET", "/.well-known/jmap", headers={"Origin": "https://a.test"})
        answer = link.getresponse()
        assert answer.status == 401 and answer.headers["Access-Control-Allow-Origin"] == "*"
        link.close()


@test
def a_sandbox_takes_any_login():
    with server.sandbox("--http", "0", "--https", "0") as running:
        for user in "anyone@example.test", "x":
            with Client(running, user, "any", service="http") as client:
                assert client.session["username"] == user
                assert SUBMISSION not in client.session["primaryAccounts"]
                assert client.call("Core/echo", {"a": [None]})["a"] == [None]


@test
def imap_tells_of_it():
    """RFC 9698 3, 4"""
    with served() as running:
        imap = imaplib.IMAP4(*running.at("imap"))
        assert "JMAPACCESS" not in imap.capabilities
        imap.login(JO, "secret")
        assert "JMAPACCESS" in imap.capability()[1][0].decode().split()
        imaplib.Commands["GETJMAPACCESS"] = ("AUTH",)
        assert imap.xatom("GETJMAPACCESS")[0] == "OK"
        (said,) = imap.response("JMAPACCESS")[1]
        assert said.decode() == f'"https://mail.example.test:{running.at("https")[1]}/.well-known/jmap"', said
        imap.logout()
    with server.Site().serve() as running:
        imap = imaplib.IMAP4(*running.at("imap"))
        imap.login(JO, "secret")
        assert "JMAPACCESS" not in imap.capability()[1][0].decode().split()
        imap.logout()
