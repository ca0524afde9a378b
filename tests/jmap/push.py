"""push.py - changes are pushed to URLs of clients (RFC 8620 7.2, RFC 8291)"""

import base64
import contextlib
import http.server
import json
import os
import queue
import smtplib
import ssl
import struct
import subprocess
import threading
import time

import server
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from jmap import ANN, CORE, JO, Client, served
from nameserver import NameServer
from report import test


def make_certificate(folder):
    """Of 127.0.0.1 and push.test; it is its own authority."""
    both = f"{folder}/push.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", f"{folder}/push.key", "-out", both, "-days", "2", "-subj", "/CN=push.test", "-addext",
                    "subjectAltName=IP:127.0.0.1,DNS:push.test"], check=True, capture_output=True)
    return both, f"{folder}/push.key"


class Receiver:
    """A push service that keeps what comes, as (path, fields, body); it answers with .status."""

    def __init__(self):
        self.got, self.status, self.fields = queue.Queue(), 201, {}
        self.certificate, key = make_certificate(server.new_folder())
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.put((self.path, self.headers, body))
                self.send_response(receiver.status)
                for name, value in receiver.fields.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path="/push", host="127.0.0.1"):
        return f"https://{host}:{self.port}{path}"

    def next(self, seconds=10):
        return self.got.get(timeout=seconds)

    def json(self, seconds=10):
        return json.loads(self.next(seconds)[2])

    def nothing(self, seconds=1.5):
        with contextlib.suppress(queue.Empty):
            raise AssertionError(f"it got {self.got.get(timeout=seconds)[2]!r}")

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@contextlib.contextmanager
def pushing(**sections):
    receiver = Receiver()
    sections = {"delivery": {"trust": receiver.certificate}, "push": {"networks": "127.0.0.0/8"}} | sections
    try:
        with served(**sections) as running:
            running.receiver = receiver
            yield running, receiver
    finally:
        receiver.close()


class Pushes(Client):
    """A client whose calls name no account."""

    def push(self, method, arguments):
        answer = self.post({"using": [CORE], "methodCalls": [[f"PushSubscription/{method}", arguments, "a"]]})
        (name, response, _), = answer["methodResponses"]
        assert name == f"PushSubscription/{method}", response
        return response

    def make(self, receiver, **properties):
        answer = self.push("set", {"create": {"k": {"deviceClientId": "d", "url": receiver.url()} | properties}})
        assert answer["created"], answer
        return answer["created"]["k"]

    def update(self, ident, **patch):
        answer = self.push("set", {"update": {ident: patch}})
        assert ident in (answer["updated"] or {}), answer
        return answer["updated"][ident]

    def make_verified(self, receiver, **properties):
        made = self.make(receiver, **properties)
        self.update(made["id"], verificationCode=receiver.json()["verificationCode"])
        return made["id"]

    def list(self):
        return self.push("get", {"ids": None})["list"]


def deliver(running, to=JO):
    with smtplib.SMTP(*running.at("smtp")) as smtp:
        smtp.sendmail("x@y.test", [to], "Subject: hello\r\n\r\nhello\r\n")


def when(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


# ---- RFC 8291, the device's side ----

def mac(key, text):
    one = hmac.HMAC(key, hashes.SHA256())
    one.update(text)
    return one.finalize()


class Device:
    def __init__(self):
        self.private, self.secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.public = self.private.public_key().public_bytes(serialization.Encoding.X962,
                                                             serialization.PublicFormat.UncompressedPoint)

    @property
    def keys(self):
        text = [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in (self.public, self.secret)]
        return dict(zip(("p256dh", "auth"), text))

    def read(self, message):
        salt, size, length = message[:16], *struct.unpack(">IB", message[16:21])
        point, record = message[21:21 + length], message[21 + length:]
        assert length == 65 and len(record) <= size
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
        material = mac(mac(self.secret, shared), b"WebPush: info\0" + self.public + point + b"\1")
        prk = mac(salt, material)
        key = mac(prk, b"Content-Encoding: aes128gcm\0\1")[:16]
        nonce = mac(prk, b"Content-Encoding: nonce\0\1")[:12]
        plain = AESGCM(key).decrypt(nonce, record, None)
        assert plain.rstrip(b"\0").endswith(b"\2")
        return json.loads(plain.rstrip(b"\0")[:-1])


# ---- the tests ----

@test
def push_verifies_then_tells():
    with pushing() as (running, receiver), Pushes(running) as jo:
        made = jo.make(receiver)
        path, fields, body = receiver.next(5)
        assert path == "/push" and fields["Content-Type"] == "application/json" and int(fields["TTL"]) > 0
        code = json.loads(body)
        assert code["@type"] == "PushVerification" and code["pushSubscriptionId"] == made["id"], code
        assert jo.list()[0]["verificationCode"] is None
        deliver(running)
        receiver.nothing()
        wrong = jo.push("set", {"update": {made["id"]: {"verificationCode": "wrong"}}})["notUpdated"][made["id"]]
        assert wrong["type"] == "invalidProperties" and wrong["properties"] == ["verificationCode"]
        assert jo.update(made["id"], verificationCode=code["verificationCode"]) is None
        receiver.nothing(0.7)
        deliver(running)
        change = receiver.json(3)
        assert change["@type"] == "StateChange" and set(change["changed"]) == {jo.account}, change
        states = change["changed"][jo.account]
        assert set(states) == {"Email", "EmailDelivery", "Mailbox", "Thread"}
        assert jo.call("Email/get", {"ids": []})["state"] == states["Email"]
        receiver.nothing()


@test
def push_is_encrypted():
    device = Device()
    with pushing() as (running, receiver), Pushes(running) as jo:
        made = jo.make(receiver, keys=device.keys, types=["EmailDelivery"])
        _, fields, body = receiver.next()
        assert fields["Content-Encoding"] == "aes128gcm", fields.items()
        jo.update(made["id"], verificationCode=device.read(body)["verificationCode"])
        deliver(running)
        assert set(device.read(receiver.next()[2])["changed"][jo.account]) == {"EmailDelivery"}
        assert "keys" not in jo.list()[0] and "url" not in jo.list()[0]


def plain(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@test
def push_is_signed():
    """With the key that the session tells, each time and after a restart, too (RFC 8292, RFC 9749)."""
    with pushing() as (running, receiver), Pushes(running) as jo:
        text = jo.session["capabilities"]["urn:ietf:params:jmap:webpush-vapid"]["applicationServerKey"]
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain(text))
        jo.make(receiver)
        scheme, _, rest = receiver.next()[1]["Authorization"].partition(" ")
        proof = dict(one.strip().split("=", 1) for one in rest.split(","))
        assert scheme == "vapid" and proof["k"] == text
        head, claims, signature = proof["t"].split(".")
        assert json.loads(plain(head)) == {"typ": "JWT", "alg": "ES256"}
        claims = json.loads(plain(claims))
        assert claims["aud"] == f"https://127.0.0.1:{receiver.port}" and claims["sub"].startswith("mailto:"), claims
        assert 0 < claims["exp"] - time.time() <= 24 * 3600
        numbers = [int.from_bytes(plain(signature)[at:at + 32], "big") for at in (0, 32)]
        key.verify(utils.encode_dss_signature(*numbers), proof["t"].rpartition(".")[0].encode(),
                   ec.ECDSA(hashes.SHA256()))
        running.stop()
        with running.site.serve() as again, Pushes(again) as jo:
            assert jo.session["capabilities"]["urn:ietf:params:jmap:webpush-vapid"]["applicationServerKey"] == text
            assert jo.list()


@test
def push_ends_with_the_key_that_signed():
    with pushing() as (running, receiver):
        with Pushes(running) as jo:
            jo.make_verified(receiver)
        running.stop()
        os.remove(f"{running.site.folder}/data/secret.key")
        with running.site.serve() as again, Pushes(again) as jo:
            deliver(again)
            server.wait_until(lambda: not jo.list())
            receiver.nothing(0.2)


@test
def push_of_some_types():
    with pushing() as (running, receiver), Pushes(running) as jo:
        ident = jo.make_verified(receiver, types=["Identity"])
        deliver(running)
        receiver.nothing()
        jo.call("Identity/get")
        jo.call("Identity/set", {"create": {"k": {"email": JO, "name": "Jo"}}})
        assert set(receiver.json()["changed"][jo.account]) == {"Identity"}
        jo.update(ident, types=None)
        deliver(running)
        assert "Email" in receiver.json()["changed"][jo.account]


@test
def push_many_changes_are_few_messages():
    with pushing() as (running, receiver), Pushes(running) as jo:
        jo.make_verified(receiver)
        for _ in range(10):
            deliver(running)
        state = jo.call("Email/get", {"ids": []})["state"]
        count = 1
        while receiver.json()["changed"][jo.account]["Email"] != state:
            count += 1
        assert count < 6, count
        receiver.nothing()


@test
def push_expires():
    with pushing() as (running, receiver), Pushes(running) as jo:
        ident = jo.make_verified(receiver)
        jo.update(ident, expires=when(3))
        assert jo.list()
        server.wait_until(lambda: not jo.list(), 6)
        deliver(running)
        receiver.nothing()
        answer = jo.push("set", {"update": {ident: {"expires": None}}})
        assert answer["notUpdated"][ident]["type"] == "notFound", answer


@test
def push_ends_when_destroyed():
    with pushing() as (running, receiver), Pushes(running) as jo:
        ident = jo.make_verified(receiver)
        assert jo.push("set", {"destroy": [ident, ident + "0"]})["destroyed"] == [ident]
        deliver(running)
        receiver.nothing()


@test
def push_belongs_to_a_credential():
    """An app password's are seen with it alone, and go with it."""
    with pushing() as (running, receiver):
        phone = running.site.run_well("user", "app", "add", JO, "phone").split()[-1]
        with Pushes(running) as jo, Pushes(running, password=phone) as app, Pushes(running, ANN) as ann:
            ident = app.make_verified(receiver)
            assert not jo.list() and not ann.list() and len(app.list()) == 1
            for other in (jo, ann):
                assert other.push("get", {"ids": [ident]})["notFound"] == [ident]
                answer = other.push("set", {"destroy": [ident]})
                assert answer["notDestroyed"][ident]["type"] == "notFound", answer
            jo.make_verified(receiver, deviceClientId="other")
        running.site.run_well("user", "app", "delete", JO, "phone")
        server.wait_until(lambda: "credential is gone" in running.log)
        deliver(running)
        receiver.json()
        receiver.nothing()


@test
def push_outlives_the_server():
    with pushing() as (running, receiver):
        with Pushes(running) as jo:
            jo.make_verified(receiver)
            account = jo.account
        running.stop()
        with running.site.serve() as again:
            deliver(again)
            assert "EmailDelivery" in receiver.json()["changed"][account]


@test
def push_tries_again():
    with pushing() as (running, receiver), Pushes(running) as jo:
        receiver.status = 503
        made = jo.make(receiver)
        first = receiver.json()
        receiver.status = 201
        assert receiver.json(12) == first
        jo.update(made["id"], verificationCode=first["verificationCode"])
        receiver.status = 410
        deliver(running)
        receiver.next()
        server.wait_until(lambda: not jo.list(), what="the end of what is gone")


@test
def push_follows_nobody():
    """A redirection is no answer; 429 makes it wait."""
    with pushing() as (running, receiver), Pushes(running) as jo:
        jo.make_verified(receiver, types=["Email"])
        receiver.status, receiver.fields = 307, {"Location": receiver.url("/elsewhere")}
        deliver(running)
        assert receiver.next()[0] == "/push"
        receiver.status = 429
        assert receiver.next()[0] == "/push"
        receiver.nothing(3)


@test
def push_goes_to_no_neighbour():
    """Not where [push] networks does not allow, by address or by name."""
    with NameServer({"push.test": {"A": "127.0.0.1"}}) as names:
        asked = {"server": names.at, "mode": "forward"}
        with pushing(push={"networks": "192.0.2.0/24"}, dns=asked) as (running, receiver), Pushes(running) as jo:
            for url in (receiver.url(), "https://10.0.0.1/", "https://169.254.169.254/latest", "https://127.1/",
                        "https://2130706433/", "https://0x7f.1/", "https://[::1]/"):
                answer = jo.push("set", {"create": {"k": {"deviceClientId": "d", "url": url}}})
                assert answer["notCreated"]["k"]["properties"] == ["url"], url
            jo.make(receiver, url=receiver.url(host="push.test"))
            server.wait_until(lambda: "push.failed" in running.log)
            receiver.nothing(0.2)
        with pushing(dns=asked) as (running, receiver), Pushes(running) as jo:
            jo.make(receiver, url=receiver.url("/x?y=z", "push.test"))
            assert receiver.next()[0] == "/x?y=z"


@test
def push_trusts_no_stranger():
    """A certificate that nobody vouches for ends it, and so does one of another name."""
    with pushing(delivery={}) as (running, receiver), Pushes(running) as jo:
        jo.make(receiver)
        server.wait_until(lambda: "push.failed" in running.log)
        receiver.nothing(0.2)


@test
def push_needs_good_properties():
    with pushing() as (running, receiver), Pushes(running) as jo:
        bad_point = base64.urlsafe_b64encode(b"\4" + b"\1" * 64).decode().rstrip("=")
        for fault, properties in (("deviceClientId", {"deviceClientId": None}), ("url", {"url": "http://a.test/"}),
                                  ("keys", {"keys": Device().keys | {"p256dh": bad_point}}), ("keys", {"keys": 1}),
                                  ("expires", {"expires": "never"}), ("types", {"types": [1]}),
                                  ("verificationCode", {"verificationCode": "x"}), ("id", {"id": "P1-1"})):
            wished = {"deviceClientId": "d", "url": receiver.url()} | properties
            error = jo.push("set", {"create": {"k": wished}})["notCreated"]["k"]
            assert (error["type"], error["properties"]) == ("invalidProperties", [fault]), (properties, error)
        receiver.nothing(0.2)


@test
def push_is_none_of_a_sandbox():
    with server.sandbox("--http", "0") as running, Pushes(running, "a@x.test", "any", service="http") as one:
        answer = one.push("set", {"create": {"k": {"deviceClientId": "d", "url": "https://a.test/"}}})
        assert answer["notCreated"]["k"]["type"] == "forbidden" and one.list() == []
