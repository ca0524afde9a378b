"""issuer.py - who issues tokens and certificates: an HTTPS server that tells whose a token is,
and an authority

    issuer = Issuer(folder)
    issuer.tokens["abc"] = {"active": True, "email": "jo@example.test"}
    issuer.url, issuer.certificate      # for [oauth] introspection and [delivery] trust
    issuer.questions                    # the tokens it was asked about
"""

import base64
import hashlib
import hmac
import http.server
import json
import ssl
import subprocess
import threading
import time
import urllib.parse

HOST, CLIENT = "id.example.test", "mail server:s3cret"


def openssl(*arguments, octets=b""):
    return subprocess.run(["openssl", *arguments], input=octets, check=True, capture_output=True).stdout


def self_signed(folder, name, *names):
    """(certificate, key) that is its own authority; names as subjectAltName writes them."""
    pair = f"{folder}/{name}.pem", f"{folder}/{name}.key"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            f"/O=Example/CN={name}", *(["-addext", "subjectAltName=" + ",".join(names)] if names else []),
            "-keyout", pair[1], "-out", pair[0])
    return pair


def signed_by(authority, folder, name, *names):
    """The same, signed by another's key, for clients."""
    pair = f"{folder}/{name}.pem", f"{folder}/{name}.key"
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/O=Example/CN={name}",
            "-keyout", pair[1], "-out", f"{folder}/{name}.csr")
    with open(f"{folder}/{name}.ext", "w", encoding="utf-8") as file:
        file.write("extendedKeyUsage=clientAuth\n" + ("subjectAltName=" + ",".join(names) + "\n" if names else ""))
    openssl("x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", authority[0], "-CAkey", authority[1], "-CAcreateserial",
            "-days", "2", "-extfile", f"{folder}/{name}.ext", "-out", pair[0])
    return pair


def revoked_by(authority, folder, *pairs):
    """The authority's list of revoked certificates, in PEM."""
    settings = f"{folder}/ca.conf"
    with open(settings, "w", encoding="utf-8") as file:
        file.write(f"[ca]\ndefault_ca = one\n[one]\ndatabase = {folder}/ca.index\ncertificate = {authority[0]}\n"
                   f"private_key = {authority[1]}\ndefault_md = sha256\ndefault_crl_days = 1\n")
    open(f"{folder}/ca.index", "w", encoding="utf-8").close()
    for pair in pairs:
        openssl("ca", "-config", settings, "-revoke", pair[0])
    return openssl("ca", "-config", settings, "-gencrl").decode()


def form_basic(client):
    """RFC 6749 2.3.1: each half is encoded as a form is, before the colon joins them."""
    name, secret = (urllib.parse.quote(part, safe="") for part in client.split(":", 1))
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


class Issuer:
    def __init__(self, folder):
        self.certificate, key = self_signed(folder, HOST, f"DNS:{HOST}", "IP:127.0.0.1")
        self.tokens, self.questions, self.status = {}, [], 200
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                fields = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                good = (self.headers["Authorization"] == form_basic(CLIENT) and self.path == "/introspect" and
                        self.headers["Content-Type"] == "application/x-www-form-urlencoded")
                outer.questions += fields["token"]
                answer = outer.tokens.get(fields["token"][0], {"active": False})
                self.send_response(outer.status if good else 401)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f"https://{HOST}:{self.port}/introspect"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


# ---- JWT ----

def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def claims(**others):
    return {"email": "jo@example.test", "iss": f"https://{HOST}", "aud": "mail", "exp": int(time.time()) + 3600,
            **others}


def jwt(payload, sign, **header):
    text = ".".join(base64url(json.dumps(part).encode()) for part in (header, payload))
    return f"{text}.{base64url(sign(text.encode()))}"


class RsaKey:
    def __init__(self, folder, name="rsa"):
        self.private, self.public = f"{folder}/{name}.key", f"{folder}/{name}.pub"
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.private)
        openssl("pkey", "-in", self.private, "-pubout", "-out", self.public)

    def sign(self, octets):
        return openssl("dgst", "-sha256", "-sign", self.private, octets=octets)

    def token(self, **others):
        return jwt(claims(**others), self.sign, alg="RS256", typ="at+jwt")


def hmac_sign(secret):
    return lambda octets: hmac.new(secret, octets, hashlib.sha256).digest()
