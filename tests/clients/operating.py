"""operating.py - init, check, start, reload, stop: what the person who runs it sees"""

import hashlib
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess

import client
import server
from logins import can_log_in
from report import add, test
from wire import Imap, Smtp, tls_context

JO = "jo@example.test"


def start_fails(site, *words):
    """The server ends with status 1 and one clear line that has the words."""
    try:
        with site.serve():
            raise AssertionError("it started")
    except server.StartFailed as failure:
        last = failure.stderr.strip().splitlines()[-1]
        assert failure.status == 1, f"status {failure.status}: {failure.stderr}"
        assert all(word in last for word in words), failure.stderr
        assert not server.sanitizer_report(failure.stderr), failure.stderr
        return last


@test
def init_makes_a_server_that_works():
    folder = server.new_folder() + "/site"
    offset = str(20000 + os.getpid() % 20000)
    told = server.run_well("init", "mail.example.org", "one@example.org", "--dir", folder, "--listen", "127.0.0.1",
                           "--port-offset", offset)
    password = re.search(r"^password: (\S+)$", told, re.M)[1]
    assert "MX" in told and "example.org" in told, told
    services = re.findall(r"^  _(\S+)\._tcp\.example\.org\. IN SRV \d+ 1 (\d+) mail\.example\.org\.$", told, re.M)
    assert oct(os.stat(folder).st_mode & 0o777) == "0o700"
    assert os.stat(f"{folder}/tls/key.pem").st_mode & 0o077 == 0, "the key is for its owner alone"
    path = f"{folder}/postroom.conf"
    server.run_well("check", "--config", path)
    with server.Server("serve", env={"POSTROOM_CONFIG": path}) as running:
        for service in server.SERVICES:
            assert running.has(service), f"no listener {service}"
        assert [(name, int(port)) for name, port in services] == [
            (name, running.at(name)[1]) for name in ("submissions", "imaps", "pop3s")] + [("jmap", 443)], services
        with Imap(running.at("imaps"), "one@example.org", password, tls=True) as imap:
            imap.done("SELECT INBOX")
        with Smtp(running.at("smtp")) as smtp:
            for one in ["one@example.org", "postmaster@example.org", "postmaster"]:
                assert smtp.mail("a@x.test", [one], client.octets(client.message(one)))[0] == 250
        context = ssl.create_default_context(cafile=f"{folder}/tls/certificate.pem")
        with socket.create_connection(running.at("imaps")) as plain:
            context.wrap_socket(plain, server_hostname="mail.example.org").close()


@test
def init_never_overwrites():
    folder = server.new_folder() + "/site"
    server.run_well("init", "mail.example.org", "one@example.org", "--dir", folder)
    before = open(f"{folder}/postroom.conf", encoding="utf-8").read()
    done = server.run("init", "mail.example.org", "two@example.org", "--dir", folder)
    assert done.returncode == 1 and "postroom.conf" in done.stderr, done
    assert open(f"{folder}/postroom.conf", encoding="utf-8").read() == before
    for words in [[], ["mail.example.org"], ["mail.example.org", "no-at-sign"], ["a", "b@c.test", "d"],
                  ["mail.example.org", "a@b.test", "--port-offset", "x"]]:
        assert server.run("init", *words, "--dir", server.new_folder()).returncode == 2, words
    for words in [["mail.b.test", "a@../b"], ["../b.test", "a@b.test"], ["mail.b.test\n[auth]", "a@b.test"], ["a_b", "a@b.test"],
                  ["mail.b.test", "a@b.test", "--listen", "no address"]]:
        folder = server.new_folder()
        assert server.run("init", *words, "--dir", folder).returncode != 0 and not os.listdir(folder), words


# ---- check ----

FAULTS = [
    ("hostname = mail.example.test\ndata = data\nfrob = 1\n", [3]),
    ("hostname = mail.example.test\ndata = data\n\n[listen]\nsmtp = nonsense\n", [5]),
    ("hostname = mail.example.test\ndata = data\n[nosuch]\nx = 1\n", [3]),
    ("hostname = mail.example.test\ndata = data\n[limits]\nmessage-size = many\nquota = -1\n", [4, 5]),
    ("hostname = mail.example.test\ndata = data\n[auth]\nallow-plaintext-login = maybe\n", [4]),
    ("hostname = mail.example.test\ndata = data\n[limits\n", [3]),
    ("hostname = mail.example.test\ndata = data\nno equals sign\n", [3]),
    ("hostname = mail.example.test\ndata = data\n[domain]\n", [3]),
    ("hostname = mail.example.test\ndata = data\n[limits]\nexempt = 127.0.0.0/99\n", [4]),
]


def check_says(text, lines):
    def run():
        folder = server.new_folder()
        os.mkdir(f"{folder}/data")
        path = client.write(f"{folder}/bad.conf", text)
        for verb in ("check", "serve"):
            done = server.run(verb, "--config", path)
            found = [int(n) for n in re.findall(rf"^{re.escape(path)}:(\d+): \S", done.stderr, re.M)]
            assert done.returncode == 1 and found == lines, f"{verb}: {done.returncode}, lines {found}: {done.stderr}"
    return run


for _number, (_text, _lines) in enumerate(FAULTS, 1):
    add(f"check names faulty lines {_number}", check_says(_text, _lines))


@test
def check_looks_at_files():
    site = server.Site()
    assert "good" in site.run_well("check")
    site.config["tls"]["key"] = f"{site.folder}/tls/none.pem"
    done = site.run("check")
    assert done.returncode == 1 and "none.pem" in done.stderr, done.stderr
    shutil.copy(f"{site.folder}/tls/certificate.pem", f"{site.folder}/tls/none.pem")
    assert site.run("check").returncode == 1, "a certificate is no key"
    done = server.run("check", "--config", f"{site.folder}/nowhere.conf")
    assert done.returncode == 1 and "nowhere.conf" in done.stderr, done.stderr


@test
def usage():
    for words in [["frob"], ["serve", "--frob"], ["serve", "extra"], ["sandbox", "--smtp"], ["check", "x"]]:
        done = server.run(*words)
        assert done.returncode == 2 and done.stderr, f"{words}: {done}"
    for verb in ["sandbox", "serve", "init", "check", "user", "alias"]:
        assert "usage" in server.run_well(verb, "--help")
    assert re.match(r"postroom \d+\.\d+", server.run_well("version"))


# ---- starting beside others ----

@test
def a_port_in_use_is_said():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        site = server.Site()
        site.config["listen"]["smtp"] = f"127.0.0.1:{port}"
        start_fails(site, str(port), "in use")
        done = server.run("sandbox", "--smtp", str(port))
        assert done.returncode == 1 and str(port) in done.stderr and "in use" in done.stderr, done.stderr


@test
def a_second_sandbox_on_the_same_port_is_refused():
    with server.sandbox() as running:
        port = str(running.at("smtp")[1])
        done = server.run("sandbox", "--smtp", port, *[w for s in server.SANDBOX_SERVICES[1:] for w in (f"--{s}", "0")])
        assert done.returncode == 1 and "in use" in done.stderr, done.stderr


@test
def a_second_server_on_the_same_data_is_refused():
    site = server.Site()
    with site.serve() as running:
        start_fails(site, "in use", f"{site.folder}/data")
        assert can_log_in(running, JO, "secret"), "the first one goes on"
    with site.serve() as running:
        assert can_log_in(running, JO, "secret")


@test
def after_SIGKILL_it_starts_again():
    site = server.Site()
    running = site.serve()
    client.put(running, JO, client.message(), password="secret")
    running.kill()
    with site.serve() as running:
        client.check_arrival(running, client.message(), JO, "secret")


@test
def SIGTERM_ends_sessions_politely():
    site = server.Site()
    running = site.serve()
    with Imap(running.at("imap"), JO, "secret") as imap, Smtp(running.at("smtp")) as smtp:
        imap.start("IDLE")
        imap.expect(r"\+ .*")
        running.stop()
        assert any(line.startswith("* BYE") for line in imap.rest())
        assert any(line.startswith("421 ") for line in smtp.rest())


# ---- reload ----

def certificate_of(at, name=None):
    with socket.create_connection(at) as plain, tls_context().wrap_socket(plain, server_hostname=name) as secure:
        return hashlib.sha256(secure.getpeercert(True)).hexdigest()


def make_certificate(site, stem="", name="fresh.test"):
    subprocess.run([client.program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-days", "30", "-keyout", f"{site.folder}/tls/{stem}key.pem",
                    "-out", f"{site.folder}/tls/{stem}certificate.pem"], check=True, capture_output=True)


@test
def SIGHUP_takes_a_new_certificate():
    site = server.Site()
    with site.serve() as running, Imap(running.at("imaps"), JO, "secret", tls=True) as imap:
        before = certificate_of(running.at("imaps"))
        make_certificate(site)
        assert certificate_of(running.at("imaps")) == before
        running.signal(signal.SIGHUP)
        server.wait_until(lambda: certificate_of(running.at("imaps")) != before, what="the new certificate")
        imap.done("NOOP")
        with Smtp(running.at("smtp")) as smtp:
            smtp.done("STARTTLS")
            smtp.start_tls()
            smtp.done("EHLO client.test")


@test
def each_name_has_its_certificate():
    """By what the client asks for (SNI), on each protocol's port and behind STARTTLS; more come with SIGHUP."""
    site = server.Site()
    for stem, name in ("shop-", "shop.test"), ("wild-", "*.wild.test"):
        make_certificate(site, stem, name)
        site.config[f"certificate {stem[:-1]}"] = {"file": f"{site.folder}/tls/{stem}certificate.pem",
                                                   "key": f"tls/{stem}key.pem"}
    wild = site.config.pop("certificate wild")
    with site.serve() as running:
        at = running.at("imaps")
        own, shop = certificate_of(at), certificate_of(running.at("pop3s"), "shop.test")
        assert own != shop and shop == certificate_of(at, "shop.test") == certificate_of(running.at("submissions"), "shop.test")
        assert certificate_of(at, "elsewhere.test") == certificate_of(at, "a.wild.test") == own
        site.config["certificate wild"] = wild
        site.save()
        running.signal(signal.SIGHUP)
        server.wait_until(lambda: certificate_of(at, "a.wild.test") not in (own, shop), what="the new certificate")
        assert certificate_of(at, "b.a.wild.test") == certificate_of(at) == own
        with Smtp(running.at("smtp")) as smtp:
            smtp.done("STARTTLS")
            smtp.start_tls()
    del site.config["certificate shop"]["key"]
    assert "half a pair in [certificate] `shop`" in site.run("check").stderr


@test
def SIGHUP_takes_a_new_configuration():
    site = server.Site()
    with site.serve() as running, Smtp(running.at("smtp")) as old:
        site.config["domain fresh.test"] = {"catch-all": JO}
        site.config["limits"]["message-size"] = "12345"
        site.save()
        running.signal(signal.SIGHUP)

        def takes_fresh():
            with Smtp(running.at("smtp")) as smtp:
                smtp.done("MAIL FROM:<a@x.test>")
                return smtp.command("RCPT TO:<x@fresh.test>")[0] == 250 and "SIZE 12345" in smtp.done("EHLO x.test")
        server.wait_until(takes_fresh, what="the new configuration")
        old.done("NOOP")


@test
def SIGHUP_with_a_fault_changes_nothing():
    site = server.Site()
    with site.serve() as running:
        before = certificate_of(running.at("imaps"))
        client.write(site.path, "hostname = \n[frob]\n")
        running.signal(signal.SIGHUP)
        server.wait_until(lambda: ":2:" in running.log, what="the fault in the log")
        site.save()
        client.write(f"{site.folder}/tls/certificate.pem", "no certificate")
        running.signal(signal.SIGHUP)
        server.wait_until(lambda: running.log.count("config.refused") == 2, what="the second fault in the log")
        assert certificate_of(running.at("imaps")) == before and can_log_in(running, JO, "secret")


@test
def secrets_do_not_reach_the_log():
    site = server.Site()
    site.config["log"] = {"level": "debug"}
    with site.serve() as running:
        can_log_in(running, JO, "secret")
        can_log_in(running, JO, "nearly-secret")
        site.run_well("user", "passwd", JO, "--password-stdin", stdin="fresh-secret\n")
        assert "secret" not in running.log, running.log
