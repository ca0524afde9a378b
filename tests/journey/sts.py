"""sts.py - MTA-STS (RFC 8461): the policy of a domain, by HTTPS, and what it does to mail"""

import http.server
import os
import ssl
import subprocess
import threading

import server
import sites
from report import test
from sites import MARY, MARY_PASSWORD

POLICY_HOST = "127.0.0.4"


def certificate(folder, name):
    """(certificate, key) of a self-signed one, its own authority."""
    paths = [os.path.join(folder, f"{name}.{kind}") for kind in ("pem", "key")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
                    "-out", paths[0], "-keyout", paths[1]], check=True, capture_output=True)
    return paths


class PolicyHost(http.server.ThreadingHTTPServer):
    """policy None: 404."""

    def __init__(self, policy, paths):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.server.asked.append(self.path)
                text = (self.server.policy or "").encode()
                self.send_response(200 if self.server.policy else 404)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def do_POST(self):
                self.server.posted.append((self.headers["Content-Type"],
                                           self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(201)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__((POLICY_HOST, 0), Handler)
        self.policy, self.asked, self.posted = policy, [], []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*paths)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class StsNet(sites.Net):
    """recipient.test has a policy, and its server a certificate of mx_name."""

    def __init__(self, mode, mx="mx.recipient.test", mx_name="mx.recipient.test"):
        super().__init__({"_mta-sts.recipient.test": {"TXT": "v=STSv1; id=one;"},
                          "mta-sts.recipient.test": {"A": POLICY_HOST}})
        folder = self.sender.folder
        web = certificate(folder, "mta-sts.recipient.test")
        mail = certificate(self.recipient.folder, mx_name)
        self.host = PolicyHost(f"version: STSv1\r\nmode: {mode}\r\nmx: {mx}\r\nmax_age: 86400\r\n", web)
        self.recipient.config["tls"] = dict(zip(("certificate", "key"), mail))
        trust = os.path.join(folder, "trust.pem")
        with open(trust, "w", encoding="ascii") as file:
            for path in (web[0], mail[0]):
                with open(path, encoding="ascii") as one:
                    file.write(one.read())
        self.sender.config["delivery"] |= {"trust": trust, "https-port": str(self.host.server_address[1])}


def is_delivered(net, subject):
    with net.recipient.serve() as there, net.sender.serve() as here:
        sites.submit(here, MARY, subject)
        sites.wait_for(there, MARY, MARY_PASSWORD, subject)
        return here.log


def is_held_back(net, why):
    with net.recipient.serve() as there, net.sender.serve() as here:
        sites.submit(here, MARY, "secret plans")
        server.wait_until(lambda: "delivery.unreachable" in here.log, 20, "a refusal to deliver")
        assert why in here.log, here.log[-2000:]
        assert "secret plans" not in sites.inbox(there, MARY, MARY_PASSWORD)


@test
def an_enforced_policy_that_is_met():
    log = is_delivered(net := StsNet("enforce"), "well kept")
    assert net.host.asked == ["/.well-known/mta-sts.txt"], net.host.asked
    assert "sts.not-fetched" not in log, log[-2000:]


@test
def an_enforced_policy_and_a_certificate_of_another_name():
    is_held_back(StsNet("enforce", mx_name="mx.elsewhere.test"), "4.7.5")


@test
def an_enforced_policy_that_does_not_know_the_host():
    is_held_back(StsNet("enforce", mx="*.elsewhere.test"), "MTA-STS")


@test
def a_policy_in_testing_holds_nothing_back():
    is_delivered(StsNet("testing", mx="*.elsewhere.test", mx_name="mx.elsewhere.test"), "trial")


@test
def a_policy_outlives_its_web_server_and_a_restart():
    net = StsNet("enforce")
    is_delivered(net, "first")
    net.host.policy = None
    net.names.records["_mta-sts.recipient.test"]["TXT"] = "v=STSv1; id=two;"
    net.recipient.config["tls"] = dict(zip(("certificate", "key"),
                                           certificate(net.recipient.folder, "mx.elsewhere.test")))
    is_held_back(net, "4.7.5")


@test
def a_policy_that_was_never_had_is_none():
    net = StsNet("enforce", mx="*.elsewhere.test")
    net.host.policy = None
    assert "sts.not-fetched" in is_delivered(net, "unaware")
