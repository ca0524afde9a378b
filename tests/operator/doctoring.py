"""doctoring.py - postroom doctor: what is wrong, the record that mends it, and the exit status"""

import http.server
import json
import os
import re
import ssl
import subprocess
import threading

import nameserver
import server
import site_net as net
from report import test

DOMAIN, HOST = "example.test", server.HOST


def good_zone(site):
    """All that `postroom init` asks to be set, and what doctor would have besides."""
    keys = site.run("doctor", "--no-ports", "--json", DOMAIN)
    lines = [one["set"] for part in json.loads(keys.stdout) for one in part["findings"] if one["check"] == "DKIM"]
    zone = {DOMAIN: {"MX": (10, HOST), "TXT": "v=spf1 mx -all"},
            HOST: {"A": "127.0.0.1"},
            "1.0.0.127.in-addr.arpa": {"PTR": HOST},
            f"_dmarc.{DOMAIN}": {"TXT": f"v=DMARC1; p=reject; rua=mailto:postmaster@{DOMAIN}"},
            f"_mta-sts.{DOMAIN}": {"TXT": "v=STSv1; id=20260101"}, f"mta-sts.{DOMAIN}": {"A": "127.0.0.1"},
            f"_smtp._tls.{DOMAIN}": {"TXT": f"v=TLSRPTv1; rua=mailto:postmaster@{DOMAIN}"}}
    for line in lines:
        name = line.split(". IN TXT")[0].strip()
        zone[name] = {"TXT": "".join(re.findall(r'"([^"]*)"', line))}
    assert len(lines) == 2, lines
    return zone


class Patient:
    """A server's folder and a zone in which all is well."""

    def __enter__(self):
        self.site = server.Site()
        self.site.config[f"domain {DOMAIN}"] = {"dkim-selector": ["postroom-rsa", "postroom-ed"]}
        self.names = nameserver.NameServer({})
        self.site.config["dns"] = {"server": self.names.at, "mode": "forward"}
        self.names.records.update(good_zone(self.site))
        return self

    def __exit__(self, *_):
        self.names.close()

    def set(self, name, **kinds):
        self.names.records[name] = kinds

    def examine(self, status, *words):
        """{(check, state): (text, set)}"""
        done = self.site.run("doctor", "--json", *(words or ("--no-ports",)))
        assert done.returncode == status, f"{done.returncode}: {done.stdout} {done.stderr}"
        return {(one["check"], one["state"]): (one["text"], one.get("set", ""))
                for part in json.loads(done.stdout) for one in part["findings"]}


@test
def finds_nothing_wrong():
    """a healthy domain: status 0"""
    with Patient() as p:
        found = p.examine(0)
        for check in ["MX", "A", "PTR", "SPF", "DKIM", "DMARC", "MTA-STS", "TLS-RPT", "TLSA", "certificate"]:
            assert (check, "ok") in found, f"{check}: {found}"
        text = p.site.run_well("doctor", "--no-ports")
        assert re.search(r"^  ok +MX +mail comes to " + HOST, text, re.M), text


# What is set in the zone, the check that finds it, and what the record to set must have.
FAULTS = [
    ("no mx", {DOMAIN: {"TXT": "v=spf1 a:" + HOST + " -all"}}, "MX", f"{DOMAIN}. IN MX 10 {HOST}."),
    ("null mx", {DOMAIN: {"MX": (0, ""), "TXT": "v=spf1 a:" + HOST + " -all"}}, "MX", f"IN MX 10 {HOST}."),
    ("mx elsewhere", {DOMAIN: {"MX": (5, "other.test"), "TXT": "v=spf1 a:" + HOST}, "other.test": {"A": "127.0.0.8"}},
     "MX", f"IN MX 10 {HOST}."),
    ("no address", {HOST: {"TXT": "x"}}, "A", f"{HOST}. IN A "),
    ("no reverse name", {"1.0.0.127.in-addr.arpa": {}}, "PTR", f"1.0.0.127.in-addr.arpa. IN PTR {HOST}."),
    ("another reverse name", {"1.0.0.127.in-addr.arpa": {"PTR": "dsl.test"}}, "PTR", f"IN PTR {HOST}."),
    ("no spf", {DOMAIN: {"MX": (10, HOST)}}, "SPF", f'{DOMAIN}. IN TXT "v=spf1 mx -all"'),
    ("two spf", {DOMAIN: {"MX": (10, HOST), "TXT": ["v=spf1 mx", "v=spf1 a"]}}, "SPF", "v=spf1 mx -all"),
    ("spf without us", {DOMAIN: {"MX": (10, HOST), "TXT": "v=spf1 ip4:192.0.2.1 -all"}}, "SPF",
     f'"v=spf1 a:{HOST} ip4:192.0.2.1 -all"'),
    ("spf for all", {DOMAIN: {"MX": (10, HOST), "TXT": "v=spf1 +all"}}, "SPF", "v=spf1 mx -all"),
    ("broken spf", {DOMAIN: {"MX": (10, HOST), "TXT": "v=spf1 foo:bar -all"}}, "SPF", "v=spf1 mx -all"),
    ("no dkim key", {f"postroom-ed._domainkey.{DOMAIN}": {}}, "DKIM", f"postroom-ed._domainkey.{DOMAIN}. IN TXT"),
    ("another dkim key", {f"postroom-ed._domainkey.{DOMAIN}": {"TXT": "v=DKIM1; k=ed25519; p=AAAA"}}, "DKIM",
     "k=ed25519; p="),
    ("no dmarc", {f"_dmarc.{DOMAIN}": {}}, "DMARC", f'_dmarc.{DOMAIN}. IN TXT "v=DMARC1; p=quarantine'),
    ("two dmarc", {f"_dmarc.{DOMAIN}": {"TXT": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}}, "DMARC", "v=DMARC1;"),
    ("broken mta-sts", {f"_mta-sts.{DOMAIN}": {"TXT": "v=STSv1; id=%"}}, "MTA-STS", "v=STSv1; id="),
    ("mta-sts without host", {f"mta-sts.{DOMAIN}": {"TXT": "x"}}, "MTA-STS", f"mta-sts.{DOMAIN}. IN A "),
    ("broken tls-rpt", {f"_smtp._tls.{DOMAIN}": {"TXT": "v=TLSRPTv1; ruf=x"}}, "TLS-RPT", "v=TLSRPTv1; rua=mailto:"),
    ("wrong tlsa", {f"_25._tcp.{HOST}": {"TLSA": "3 1 1 " + "00" * 32}}, "TLSA", f"_25._tcp.{HOST}. IN TLSA 3 1 1 "),
]


@test
def finds_each_fault():
    """and names the record to set: status 1"""
    with Patient() as p:
        healthy = dict(p.names.records)
        for name, broken, check, record in FAULTS:
            p.names.records = {**healthy, **broken}
            found = p.examine(1)
            assert (check, "fault") in found, f"{name}: {found}"
            assert record in found[check, "fault"][1], f"{name}: {found[check, 'fault']}"


@test
def proposes_a_tlsa_record_that_fits():
    """the record that it names is the one it then finds right"""
    with Patient() as p:
        p.set(f"_25._tcp.{HOST}", TLSA="3 1 1 " + "00" * 32)
        record = p.examine(1)["TLSA", "fault"][1]
        p.set(f"_25._tcp.{HOST}", TLSA=record.split(" IN TLSA ")[1])
        assert ("TLSA", "fault") not in p.examine(0)


@test
def knows_what_it_does_not_know():
    """a silent DNS: status 75; a domain that is no name: usage"""
    with Patient() as p:
        p.names.mute = {f"_dmarc.{DOMAIN}"}
        found = p.examine(75)
        assert ("DMARC", "unknown") in found, found
        assert p.site.run("doctor", "--no-ports", "..").returncode == 2


@test
def tries_the_ports():
    """a running server can be reached, a stopped one not"""
    with Patient() as p:
        port = net.free_port("127.0.0.1")
        del p.names.records[f"_mta-sts.{DOMAIN}"]  # its web server is none of this
        p.site.config["delivery"] = {"port": str(port)}
        p.site.config["listen"] = {"smtp": f"127.0.0.1:{port}", "imaps": f"127.0.0.1:{net.free_port('127.0.0.1')}",
                                   "pop3": f"127.0.0.1:{net.free_port('127.0.0.1')}"}
        with p.site.serve():
            done = p.site.run("doctor", DOMAIN)
            assert done.returncode == 0, done.stdout + done.stderr
            for words in ["smtp at 127.0.0.1 port", "imaps at", "pop3 at", "no authority vouches"]:
                assert words in done.stdout, done.stdout
            p.site.config["delivery"]["trust"] = f"{p.site.folder}/tls/certificate.pem"
            assert "with a good certificate" in p.site.run_well("doctor", DOMAIN)
        done = p.site.run("doctor", DOMAIN)
        assert done.returncode == 1 and done.stdout.count("cannot be reached") == 3, done.stdout


# ---- the policy file ----

class Policy(http.server.ThreadingHTTPServer):
    """https://mta-sts.DOMAIN/.well-known/mta-sts.txt"""

    def __init__(self, folder, text):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                good = self.path == "/.well-known/mta-sts.txt" and self.server.text
                self.send_response(200 if good else 404)
                self.send_header("Content-Type", "text/plain")
                self.end_headers()
                self.wfile.write(self.server.text.encode() if good else b"")

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.4", 0), Handler)
        self.text, self.trust = text, os.path.join(folder, "web.pem")
        key, name = os.path.join(folder, "web-key.pem"), f"mta-sts.{DOMAIN}"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-out", self.trust,
                        "-keyout", key], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.trust, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()


@test
def reads_the_policy():
    """doctor fetches the MTA-STS policy, and holds it against the MX"""
    good = f"version: STSv1\nmode: enforce\nmx: {HOST}\nmax_age: 604800\n"
    cases = [(good, "ok", "names all MX"), (good.replace("enforce", "testing"), "advice", "testing"),
             (good.replace(HOST, "other.test"), "fault", f"mx: {HOST}"), (good.replace("mode", "mod"), "fault", "malformed"),
             (good.replace("604800", "86400"), "advice", "max_age"), ("", "fault", "404")]
    with Patient() as p:
        web = Policy(p.site.folder, good)
        p.site.config["delivery"] = {"https-port": str(web.server_address[1]), "trust": web.trust}
        p.site.config["listen"] = {}
        p.set(f"mta-sts.{DOMAIN}", A="127.0.0.4")
        for text, state, words in cases:
            web.text = text
            found = p.examine(1 if state == "fault" else 0, DOMAIN)
            assert words in found["MTA-STS", state][0], f"{text!r}: {found}"
        web.shutdown()
        web.server_close()
        found = p.examine(1, DOMAIN)
        assert "cannot be fetched" in found["MTA-STS", "fault"][0], found
