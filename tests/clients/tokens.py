"""tokens.py - logging in by a bearer token: OAUTHBEARER (RFC 7628) and XOAUTH2"""

import base64
import contextlib
import http.client
import json
import signal
import socket

import client
import issuer
import nameserver
import server
from report import test
from wire import Imap, Pop3, Smtp

JO, ANN = "jo@example.test", "ann@example.test"
MECHANISMS = ["OAUTHBEARER", "XOAUTH2"]


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def bearer(mechanism, token, user=JO):
    if mechanism == "XOAUTH2":
        return encoded(f"user={user}\x01auth=Bearer {token}\x01\x01")
    named = f"a={user}" if user else ""
    return encoded(f"n,{named},\x01host=localhost\x01port=143\x01auth=Bearer {token}\x01\x01")


class Answer:
    """What became of a login: whether it was good, the last line, and what the server told in JSON."""

    def __init__(self, good, line, told=None):
        self.good, self.line, self.told = good, line, told


def by_smtp(running, mechanism, response):
    with Smtp(running.at("submissions"), tls=True) as smtp:
        assert mechanism in smtp.done("EHLO client.test"), "not announced"
        code, text = smtp.command(f"AUTH {mechanism} {response}")
        if code != 334:
            return Answer(code == 235, f"{code} {text}")
        return Answer(False, "%d %s" % smtp.command("AQ=="), json.loads(base64.b64decode(text)))


def by_imap(running, mechanism, response):
    with Imap(running.at("imaps"), tls=True) as imap:
        assert f"AUTH={mechanism}" in imap.done("CAPABILITY")[0], "not announced"
        imap.start(f"AUTHENTICATE {mechanism} {response}")
        line = imap.answer()
        told = json.loads(base64.b64decode(line[2:])) if line.startswith("+ ") else None
        if told:
            imap.say("AQ==")
            line = imap.answer()
        return Answer(line.startswith("t2 OK"), line, told)


def by_pop3(running, mechanism, response):
    with Pop3(running.at("pop3s"), tls=True) as pop:
        pop.done("CAPA")
        assert any(line.startswith("SASL ") and mechanism in line.split() for line in pop.lines()), "not announced"
        assert pop.command(f"AUTH {mechanism}") == "+ "
        line = pop.command(response)
        told = json.loads(base64.b64decode(line[2:])) if line.startswith("+ ") else None
        if told:
            line = pop.command("AQ==")
        return Answer(line.startswith("+OK"), line, told)


PROTOCOLS = [by_smtp, by_imap, by_pop3]


def accepts(running, token, user=JO):
    """What all protocols and both mechanisms say, which must be the same."""
    answers = [by(running, mechanism, bearer(mechanism, token, user))
               for by in PROTOCOLS for mechanism in MECHANISMS]
    assert len({one.good for one in answers}) == 1, [one.line for one in answers]
    assert all(one.good or one.told for one in answers), "refused without a word"
    return answers[0].good


class Asking:
    """A server that asks an issuer, found by a name server of the test's."""

    def __init__(self, **oauth):
        self.site = server.Site()
        self.issuer = issuer.Issuer(self.site.folder)
        self.names = nameserver.NameServer({issuer.HOST: {"A": "127.0.0.1"}})
        self.site.config["dns"] = {"server": self.names.at, "mode": "forward"}
        self.site.config["delivery"] = {"trust": self.issuer.certificate}
        self.site.config["oauth"] = {"introspection": self.issuer.url, "client": issuer.CLIENT, **oauth}
        self.issuer.tokens = {"jo.token": {"active": True, "email": JO}, "ann+token/=": {"active": True, "email": ANN},
                              "nobody": {"active": True, "email": "nobody@example.test"}}


def by_keys(text, **oauth):
    """A site with these keys."""
    site = server.Site()
    client.write(f"{site.folder}/keys", text)
    site.config["oauth"] = {"keys": f"{site.folder}/keys", "issuer": f"https://{issuer.HOST}", "audience": "mail", **oauth}
    return site


@test
def the_issuer_says_whose_a_token_is():
    asking = Asking()
    with asking.site.serve() as running:
        assert accepts(running, "jo.token") and accepts(running, "jo.token", "JO@example.test")
        assert accepts(running, "ann+token/=", ANN)
        for token, user in [("ann+token/=", JO), ("jo.token", ANN), ("other", JO), ("nobody", "nobody@example.test"),
                            ("jo.token", "nobody@example.test")]:
            assert not accepts(running, token, user), f"{token} {user}"
        assert by_imap(running, "OAUTHBEARER", bearer("OAUTHBEARER", "jo.token", "")).good, "without a name"
        assert "jo.token" not in running.log and "s3cret" not in running.log


@test
def a_token_that_was_good_is_remembered():
    """for a while: the issuer is asked once, until the configuration is read again"""
    asking = Asking()
    with asking.site.serve() as running:
        assert by_imap(running, "XOAUTH2", bearer("XOAUTH2", "jo.token")).good
        assert accepts(running, "jo.token") and asking.issuer.questions == ["jo.token"]
        asking.issuer.tokens = {}
        assert accepts(running, "jo.token")
        running.signal(signal.SIGHUP)
        server.wait_until(lambda: "config.reloaded" in running.log)
        assert not accepts(running, "jo.token")
        asking.issuer.tokens = {"short": {"active": True, "email": JO, "exp": 4102444800, "nbf": 0}}
        assert accepts(running, "short")


@test
def a_refusal_says_what_is_lacking():
    """RFC 7628 4.3: asked for with an empty token, too"""
    asking = Asking(scope="mail", discovery="https://id.example.test/.well-known/openid-configuration")
    asking.issuer.tokens["jo.token"]["scope"] = "web"
    told = {"scope": "mail", "openid-configuration": "https://id.example.test/.well-known/openid-configuration"}
    with asking.site.serve() as running:
        for by in PROTOCOLS:
            empty = encoded(f"n,a={JO},\x01host=localhost\x01port=143\x01auth=\x01\x01")
            assert by(running, "OAUTHBEARER", empty).told == {"status": "invalid_token", **told}
        assert not asking.issuer.questions
        lacking = by_smtp(running, "OAUTHBEARER", bearer("OAUTHBEARER", "jo.token"))
        assert lacking.told["status"] == "insufficient_scope" and lacking.line.startswith("535 5.7.8")
        lacking = by_imap(running, "XOAUTH2", bearer("XOAUTH2", "jo.token"))
        assert lacking.told["status"] == "401" and "[AUTHENTICATIONFAILED]" in lacking.line


@test
def an_issuer_out_of_reach_refuses_nobody():
    """the client is to try again, and passwords go on"""
    asking = Asking()
    with asking.site.serve() as running:
        for status in [500, 401]:
            asking.issuer.status = status
            assert by_smtp(running, "XOAUTH2", bearer("XOAUTH2", "jo.token")).line.startswith("454 ")
        asking.issuer.close()
        assert by_smtp(running, "XOAUTH2", bearer("XOAUTH2", "jo.token")).line.startswith("454 ")
        assert "[UNAVAILABLE]" in by_imap(running, "XOAUTH2", bearer("XOAUTH2", "jo.token")).line
        assert "[SYS/TEMP]" in by_pop3(running, "XOAUTH2", bearer("XOAUTH2", "jo.token")).line
        with Imap(running.at("imap"), JO, "secret") as imap:
            imap.done("NOOP")
        assert "oauth.no-answer" in running.log and "jo.token" not in running.log


@test
def tokens_that_keys_verify():
    site = server.Site()
    key, other = issuer.RsaKey(site.folder), issuer.RsaKey(site.folder, "other")
    with open(key.public, encoding="ascii") as file:
        pem = file.read()
    now = issuer.claims()["exp"] - 3600
    site = by_keys(pem)
    with site.serve() as running:
        assert accepts(running, key.token()) and accepts(running, key.token(aud=["web", "mail"], email="Jo@Example.test"))
        signed = key.token()
        for name, token in {
                "expired": key.token(exp=now - 120), "early": key.token(nbf=now + 120), "audience": key.token(aud="web"),
                "issuer": key.token(iss="https://evil.test"), "key": other.token(), "endless": key.token(exp=None),
                "nobody": key.token(email="nobody@example.test"), "ann": key.token(email=ANN),
                "unsigned": issuer.jwt(issuer.claims(), lambda _: b"", alg="none"),
                "confused": issuer.jwt(issuer.claims(), issuer.hmac_sign(pem.encode()), alg="HS256"),
                "cut": signed.rpartition(".")[0] + ".", "changed": signed[:-8] + "AAAAAAAA"}.items():
            assert not by_imap(running, "OAUTHBEARER", bearer("OAUTHBEARER", token)).good, name
        with open(other.public, encoding="ascii") as file:  # a new key counts at once
            client.write(f"{site.folder}/keys", file.read())
        assert accepts(running, other.token())
        assert not by_imap(running, "OAUTHBEARER", bearer("OAUTHBEARER", key.token(jti="2"))).good


@test
def a_long_token_and_one_too_long():
    """lines of 12,288 octets (RFC 4954 4)"""
    secret = b"0123456789abcdef0123456789abcdef"
    keys = {"keys": [{"kty": "oct", "kid": "1", "alg": "HS256", "k": issuer.base64url(secret)}]}
    with by_keys(json.dumps(keys)).serve() as running:
        def token(padding):
            return issuer.jwt(issuer.claims(padding="x" * padding), issuer.hmac_sign(secret), alg="HS256", kid="1")
        response = bearer("XOAUTH2", token(6500))
        assert 11000 < len(response) < 12288 and accepts(running, token(6500))
        with Smtp(running.at("submissions"), tls=True) as smtp:
            smtp.refused(f"AUTH XOAUTH2 {bearer('XOAUTH2', token(9000))}", r"500 ")
            smtp.done("NOOP")


@test
def tokens_need_a_configuration_and_TLS():
    asking = Asking()
    asking.site.config["auth"]["allow-plaintext-login"] = "no"
    with server.Site().serve() as without, asking.site.serve() as running:
        for at, tls in [(without, True), (running, False)]:
            with Smtp(at.at("submissions" if tls else "submission"), tls=tls) as smtp:
                assert "OAUTH" not in smtp.done("EHLO client.test")
                smtp.refused(f"AUTH XOAUTH2 {bearer('XOAUTH2', 'jo.token')}", r"504 " if tls else r"538 ")
            with Imap(at.at("imaps" if tls else "imap"), tls=tls) as imap:
                assert "OAUTH" not in imap.done("CAPABILITY")[0]
                assert imap.command(f"AUTHENTICATE XOAUTH2 {bearer('XOAUTH2', 'jo.token')}")[1].startswith("NO ")


@test
def check_says_what_is_wrong_with_the_settings():
    for wrong in [{"introspection": "http://id.example.test/"}, {"client": "a:b"},
                  {"client": "a", "introspection": "https://id.example.test/"}, {"keys": "/nowhere"}]:
        site = server.Site()
        site.config["oauth"] = wrong
        assert site.run("check").returncode == 1, wrong
    assert "no key" in by_keys("{}").run("check").stderr
    assert by_keys(json.dumps({"kty": "oct", "k": issuer.base64url(b"x" * 32)})).run("check").returncode == 0


def curl_by_token(at, scheme, token, *options):
    return client.run("curl", "--silent", "--show-error", "--insecure", "--user", JO, "--oauth2-bearer", token, *options,
                      f"{scheme}://{at[0]}:{at[1]}/")


@test
def curl_with_a_token():
    asking = Asking()
    with asking.site.serve() as running:
        client.put(running, JO, client.message(), password="secret")
        for options in [[], ["--login-options", "AUTH=XOAUTH2"]]:
            for scheme, more in [("imaps", []), ("pop3s", [])]:
                good = curl_by_token(running.at(scheme), scheme, "jo.token", *more, *options)
                assert good.returncode == 0, f"{scheme} {options}: {good.stderr}"
                bad = curl_by_token(running.at(scheme), scheme, "bad", *more, *options)
                assert bad.returncode == 67, f"{scheme} {options}: {bad.returncode} {bad.stderr}"
            mail = client.write(f"{asking.site.folder}/mail", client.message(sender=JO).replace("\n", "\r\n"))
            done = curl_by_token(running.at("submissions"), "smtps", "jo.token", "--mail-from", JO, "--mail-rcpt", ANN,
                                 "--upload-file", mail, *options)
            assert done.returncode == 0, done.stderr
        assert len(client.mail_in(running, ANN, "secret2")) == 2


@test
def msmtp_and_mpop_with_a_token():
    asking = Asking()
    with asking.site.serve() as running:
        host, port = running.at("submissions")
        for method in ["oauthbearer", "xoauth2"]:
            arguments = ["msmtp", f"--host={host}", f"--port={port}", "--tls=on", "--tls-starttls=off", "--tls-certcheck=off",
                         f"--auth={method}", f"--user={JO}", "--passwordeval=echo jo.token", f"--from={JO}", ANN]
            client.do(*arguments, stdin=client.message(sender=JO))
        assert len(client.mail_in(running, ANN, "secret2")) == 2
        host, port = running.at("pop3s")
        asking.issuer.tokens["ann.token"] = {"active": True, "email": ANN}
        client.do("mpop", f"--host={host}", f"--port={port}", "--tls=on", "--tls-starttls=off", "--tls-certcheck=off",
                  "--auth=oauthbearer", f"--user={ANN}", "--passwordeval=echo ann.token",
                  f"--delivery=mbox,{asking.site.folder}/mbox", "--keep=on")


@test
def a_sandbox_takes_any_token():
    """into the inbox of whom the client names"""
    with server.sandbox() as running:
        assert accepts(running, "whatever") and accepts(running, "x", "somebody@else.test")
        client.put(running, "somebody@else.test", client.message())
        with Imap(running.at("imap")) as imap:
            imap.done(f"AUTHENTICATE XOAUTH2 {bearer('XOAUTH2', 'y', 'somebody@else.test')}")
            assert any("1 EXISTS" in line for line in imap.done("SELECT INBOX"))


@test
def an_issuer_that_is_silent_holds_nobody_up():
    """who waits may leave, so many wait and no more, and the server ends in time"""
    asking = Asking()
    with socket.create_server(("127.0.0.1", 0), backlog=200) as silent:
        asking.site.config["oauth"]["introspection"] = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        asking.site.config["limits"]["connections-per-minute"] = "0"
        with asking.site.serve() as running:
            waiting = []
            for number in range(70):
                imap = Imap(running.at("imap"))
                imap.start(f"AUTHENTICATE XOAUTH2 {bearer('XOAUTH2', f'token{number}')}")
                waiting.append(imap)
            refused = server.wait_until(lambda: [one for one in waiting if one.fill(0.01)])
            assert len(refused) == 70 - 64 and all("[UNAVAILABLE]" in one.answer() for one in refused)
            for one in waiting[::2]:
                one.close()
            with Imap(running.at("imap"), JO, "secret") as imap:
                imap.done("NOOP")
            running.stop()
            for one in waiting:
                one.close()


@test
def by_http():
    """RFC 6750: without a name, and the issuer is asked once on a connection."""
    asking = Asking()
    asking.site.config["listen"]["http"] = "127.0.0.1:0"

    def get(link, token):
        link.request("GET", "/.well-known/jmap", headers={"Authorization": f"Bearer {token}"})
        answer = link.getresponse()
        return answer.status, answer.headers.get_all("WWW-Authenticate") or [], answer.read()

    with asking.site.serve() as running:
        with contextlib.closing(http.client.HTTPConnection(*running.at("http"), timeout=30)) as link:
            for _ in range(3):
                status, _, text = get(link, "jo.token")
                assert status == 200 and json.loads(text)["username"] == JO
            assert asking.issuer.questions == ["jo.token"]
            assert json.loads(get(link, "ann+token/=")[2])["username"] == ANN
            status, asked, _ = get(link, "other")
            assert status == 401 and any('Bearer realm="mail.example.test", error="invalid_token"' in one for one in asked)
            assert get(link, "jo.token")[0] == 200
            asking.site.run_well("user", "passwd", JO, "--password-stdin", stdin="another\n")
            assert get(link, "jo.token")[0] == 200 and asking.issuer.questions[-1] == "jo.token"
        assert "jo.token" not in running.log
