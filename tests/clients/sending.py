"""sending.py - programs that hand mail in: swaks, msmtp, curl, gsasl"""

import itertools

import client
import server
from report import add, test

JO = "jo@example.test"


# ---- swaks ----

def swaks(running, service, *options, sender="app@client.test", recipient=JO):
    host, port = running.at(service)
    text = client.message(f"by swaks {' '.join(options)}", sender=sender)
    client.do("swaks", "--server", host, "--port", str(port), "--from", sender, "--to", recipient,
              "--helo", "client.test", "--data", "-", "--suppress-data", *options, stdin=text)
    return text


def swaks_sends(service, *options):
    def run():
        with server.sandbox() as running:
            client.check_arrival(running, swaks(running, service, *options))
    return run


add("swaks plain", swaks_sends("smtp"))
add("swaks STARTTLS", swaks_sends("smtp", "--tls"))
add("swaks TLS", swaks_sends("submissions", "--tls-on-connect"))
add("swaks PIPELINING", swaks_sends("smtp", "--pipeline"))
for _mechanism in ["PLAIN", "LOGIN", "CRAM-MD5"]:
    add(f"swaks AUTH {_mechanism} in the sandbox",
        swaks_sends("smtp", "--auth", _mechanism, "--auth-user", JO, "--auth-password", "anything"))


# ---- the account's password, and an app password that CRAM-MD5 and SCRAM can use ----

def submits(send, by_app):
    """send(running, password) hands a mail in as jo and returns its text."""
    def run():
        site = server.Site()
        password = app_password(site) if by_app else "secret"
        with site.serve() as running:
            client.check_arrival(running, send(running, password), password="secret")
    return run


def app_password(site, name="phone"):
    line = site.run_well("user", "app", "add", JO, name)
    assert line.startswith("password: "), line
    return line.removeprefix("password: ").strip()


def by_swaks(mechanism, service="submission", tls="--tls"):
    def send(running, password):
        return swaks(running, service, tls, "--auth", mechanism, "--auth-user", JO, "--auth-password", password,
                     sender=JO)
    return send


for _mechanism in ["PLAIN", "LOGIN"]:
    add(f"swaks AUTH {_mechanism} by the password", submits(by_swaks(_mechanism), False))
for _mechanism in ["PLAIN", "LOGIN", "CRAM-MD5"]:
    add(f"swaks AUTH {_mechanism} by app password", submits(by_swaks(_mechanism), True))
add("swaks AUTH PLAIN over TLS", submits(by_swaks("PLAIN", "submissions", "--tls-on-connect"), False))


# ---- msmtp ----

def msmtp(running, service, *options, sender="app@client.test"):
    host, port = running.at(service)
    text = client.message(f"by msmtp {' '.join(options)}", recipient=JO, sender=sender)
    client.do("msmtp", f"--host={host}", f"--port={port}", f"--from={sender}", "--domain=client.test", *options, JO,
              stdin=text)
    return text


def msmtp_sends(service, *options):
    def run():
        with server.sandbox() as running:
            client.check_arrival(running, msmtp(running, service, *options))
    return run


def by_msmtp(mechanism):
    def send(running, password):
        return msmtp(running, "submission", "--tls=on", "--tls-certcheck=off", f"--auth={mechanism}", f"--user={JO}",
                     f"--passwordeval=printf '%s\\n' '{password}'", sender=JO)
    return send


TLS = ["--tls=on", "--tls-certcheck=off"]
add("msmtp plain", msmtp_sends("smtp"))
add("msmtp STARTTLS", msmtp_sends("smtp", *TLS))
add("msmtp TLS", msmtp_sends("submissions", *TLS, "--tls-starttls=off"))
for _mechanism in ["plain", "login"]:
    add(f"msmtp {_mechanism} by the password", submits(by_msmtp(_mechanism), False))
for _mechanism in ["cram-md5", "scram-sha-1", "scram-sha-256"]:
    add(f"msmtp {_mechanism} by app password", submits(by_msmtp(_mechanism), True))


# ---- curl ----

def curl(running, scheme, service, *options, sender="app@client.test", recipients=(JO,), text=None):
    host, port = running.at(service)
    text = text or client.message(f"by curl {scheme} {' '.join(options)}", sender=sender)
    client.do("curl", "--silent", "--show-error", "--insecure", f"{scheme}://{host}:{port}/client.test",
              "--mail-from", sender, *[word for one in recipients for word in ("--mail-rcpt", one)],
              "--crlf", "--upload-file", "-", *options, stdin=text)
    return text


def curl_sends(scheme, service, *options):
    def run():
        with server.sandbox() as running:
            client.check_arrival(running, curl(running, scheme, service, *options))
    return run


def by_curl(*options):
    def send(running, password):
        return curl(running, "smtp", "submission", "--ssl-reqd", "--user", f"{JO}:{password}", *options, sender=JO)
    return send


add("curl smtp", curl_sends("smtp", "smtp"))
add("curl smtp STARTTLS", curl_sends("smtp", "smtp", "--ssl-reqd"))
add("curl smtps", curl_sends("smtps", "submissions"))
add("curl smtp with a login in the sandbox", curl_sends("smtp", "smtp", "--user", f"{JO}:any"))
add("curl smtp AUTH by the password", submits(by_curl(), False))
add("curl smtp AUTH by app password", submits(by_curl(), True))


# ---- gsasl: the exchange alone ----

def gsasl_logs_in(protocol, service, mechanism):
    def run():
        site = server.Site()
        password = app_password(site)
        with site.serve() as running:
            host, port = running.at(service)
            client.do("gsasl", "--client", f"--{protocol}", f"--connect={host}:{port}", f"--mechanism={mechanism}",
                      f"--authentication-id={JO}", f"--password={password}",
                      "--no-starttls", "--quiet", "--hostname=mail.example.test", f"--service={protocol}")
    return run


for _protocol, _mechanism in itertools.product([("imap", "imap"), ("smtp", "submission")],
                                               ["SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"]):
    add(f"gsasl {_protocol[0]} {_mechanism}", gsasl_logs_in(*_protocol, _mechanism))


@test
def a_large_mail_by_curl():
    with server.sandbox() as running:
        text = client.message("large", lines=["%06d %s" % (n, "y" * 70) for n in range(40000)])
        client.check_arrival(running, curl(running, "smtp", "smtp", text=text))


@test
def many_recipients_by_curl():
    with server.sandbox() as running:
        people = [f"p{n}@example.test" for n in range(30)]
        text = curl(running, "smtp", "smtp", recipients=people)
        for one in (people[0], people[13], people[29]):
            client.check_arrival(running, text, one)
        assert len(client.mail_in(running, "all")) == 1, "not once in `all`"
