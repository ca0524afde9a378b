"""network.py - the test network: its names, its addresses and the server of ours in it

Everybody has an address of 127/8 and port 25 there; the names come from nsd, some of them
signed. JO is ours; PLAIN is hers, too, and foreign servers write to it without TLS; SIX also, and
Postfix writes to it over IPv6.
"""

import hashlib
import os
import subprocess
import time

import server
import servers
import sites
import zones
from wire import Imap, Smtp

FOLDER = "build/exchange"
PACKAGES = {
    "postfix": ["postfix", "libsasl2-2", "libsasl2-modules", "libnsl2", "libtirpc3", "libdb5.3"],
    "exim": ["exim4-daemon-light", "libgnutls-dane0", "libnsl2", "libtirpc3", "libpcre2-8-0", "libidn12",
             "libdb5.3"],
    "opensmtpd": ["opensmtpd", "libevent-2.1-7", "libdb5.3"],
    "dns": zones.PACKAGES,
}
USERS = ["postfix", "postdrop", "Debian-exim", "opensmtpd", "opensmtpq", "boxes"]
OURS_SIX = "[::1]:2525"  # Postfix has its port 25
NAMES_AT, OURS, POSTFIX, EXIM, OPENSMTPD = "127.0.0.1", "127.0.0.2", "127.0.0.11", "127.0.0.12", "127.0.0.13"
REFUSING, NOBODY = "127.0.0.98", "127.0.0.99"
JO, PLAIN, SIX, PASSWORD = sites.JO, "jo@plain.test", "jo@six.test", sites.JO_PASSWORD
LOGIN = ("relay", "relay-secret")  # of ours, at Exim's submission
CERTIFICATE, KEY, BOXES = "/etc/peers.pem", "/etc/peers.key", "/var/boxes"

HEAD = "$TTL 60\n@ SOA ns postmaster 1 3600 900 604800 60\n@ NS ns\nns A 127.0.0.1\n"
ZONES = {
    "example.test": f"@ MX 10 mail\nmail A {OURS}\n",
    "plain.test": "@ MX 10 mail.example.test.\n",
    "postfix.test": f"@ MX 10 mx\nmx A {POSTFIX}\nsix MX 10 mx6\nmx6 AAAA ::1\nalias CNAME mx\n"
                    "named MX 10 alias\nother CNAME postfix.test.\n"
                    f"fallback MX 10 nobody\nfallback MX 20 refusing\nfallback MX 30 mx\nnobody A {NOBODY}\n"
                    f"refusing A {REFUSING}\n" + "".join(f"many MX {n} many{n}\n" for n in range(1, 1001)) +
                    f"many1 A {NOBODY}\nmany2 A {REFUSING}\nmany3 A {POSTFIX}\n",
    "exim.test": f"@ MX 10 mx\nmx A {EXIM}\nrelayed MX 10 mx\n",
    "bsd.test": f"@ MX 10 mx\nmx A {OPENSMTPD}\n",
    "faults.test": "* A 127.0.0.24\n*.killed A 127.0.0.24\nlater A 127.0.0.21\nnever A 127.0.0.22\n"
                   "mail.unknown A 127.0.0.11\nwithout A 127.0.0.29\n"
                   "cut A 127.0.0.23\nslow A 127.0.0.25\nodd A 127.0.0.26\n",
    "kill.test": "* A 127.0.0.27\nnever A 127.0.0.28\n",
    "dane.test": f"good MX 10 good-mx\ngood-mx A {POSTFIX}\nbad MX 10 bad-mx\nbad-mx A {POSTFIX}\n"
                 "_25._tcp.good-mx TLSA 3 1 1 {right}\n_25._tcp.bad-mx TLSA 3 1 1 {wrong}\n",
}
ACCEPTED = {
    "postfix": "postfix.test six.postfix.test named.postfix.test other.postfix.test fallback.postfix.test "
               "many.postfix.test good.dane.test bad.dane.test untls.postfix.test",
    "exim": "exim.test relayed.exim.test authed.exim.test untls.exim.test",
    "opensmtpd": "bsd.test untls.bsd.test",
}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def make_certificate():
    """One for all the foreign servers; returns what TLSA 3 1 1 says of it."""
    names = ",".join(f"DNS:mx.{zone}" for zone in ("postfix.test", "exim.test", "bsd.test"))
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=peers.test", "-addext", f"subjectAltName={names}", "-keyout", KEY, "-out", CERTIFICATE)
    os.chmod(KEY, 0o600)
    public = openssl("x509", "-in", CERTIFICATE, "-pubkey", "-noout")
    return hashlib.sha256(openssl("pkey", "-pubin", "-outform", "DER", stdin=public)).hexdigest()


def openssl(*words, stdin=b""):
    return subprocess.run(["openssl", *words], input=stdin, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def start_names():
    """nsd with all the zones, the last one signed; the system's resolver asks it."""
    folder = f"{FOLDER}/zones"
    right = make_certificate()
    for zone, records in ZONES.items():
        write(f"{folder}/{zone}", f"$ORIGIN {zone}.\n{HEAD}" + records.replace("{right}", right)
              .replace("{wrong}", hashlib.sha256(b"another key").hexdigest()))
    write(f"{folder}/anchors", zones.sign(folder, "dane.test"))
    write("/etc/resolv.conf", f"nameserver {NAMES_AT}\n")
    return servers.Nsd(folder, ZONES, 53)


def make_site(address, aliases):
    """Ours. Its routes: without TLS to each, and by a log-in to Exim."""
    site = server.Site()
    listeners = [f"{address}:25", OURS_SIX] if address == OURS else f"{address}:25"
    site.config["listen"].update(smtp=listeners, submission=f"{address}:587")
    site.config["dns"] = {"server": f"{NAMES_AT}:53", "trust-anchor": os.path.realpath(f"{FOLDER}/zones/anchors")}
    site.config["delivery"] = {"trust": CERTIFICATE}
    site.config["queue"] = {"first-retry": "1s"}
    site.config["domain plain.test"] = site.config["domain six.test"] = {}
    for name in "postfix.test", "exim.test", "bsd.test":
        site.config[f"route untls.{name}"] = {"host": f"mx.{name}:25", "tls": "none"}
    for name, host in ("must", "without.faults.test:25"), ("must-know", "mail.unknown.faults.test:25"):
        site.config[f"route {name}.faults.test"] = {"host": host, "tls": "required"}
    site.config["route authed.exim.test"] = {"host": "mx.exim.test:587", "tls": "required", "auth": ":".join(LOGIN)}
    for alias, target in {PLAIN: JO, SIX: JO, **aliases}.items():
        site.run_well("alias", "add", alias, target)
    return site


# ---- sending and finding ----

def bring(address, sender, recipient, subject, body=b"hello\r\n", port=25):
    """To a foreign server, by SMTP, as its own people do."""
    head = f"From: <{sender}>\r\nTo: <{recipient}>\r\nSubject: {subject}\r\n\r\n".encode()
    with Smtp((address, port)) as smtp:
        code, text = smtp.mail(sender, [recipient], head + body)
        assert code == 250, f"{code} {text}"


def texts_of(peer):
    """All that has been put into the peer's box."""
    folder, found = f"{BOXES}/{peer}/new", []
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        with open(f"{folder}/{name}", encoding="utf-8", errors="replace", newline="") as file:
            found.append(file.read().replace("\r\n", "\n"))
    return found


def find(peer, subject):
    return [text for text in texts_of(peer) if f"Subject: {subject}\n" in text]


def wait_in(peer, subject, seconds=20):
    """The one message of that subject in the peer's box."""
    server.wait_until(lambda: find(peer, subject), seconds, f"{subject!r} at {peer}")
    time.sleep(0.1)
    found = find(peer, subject)
    assert len(found) == 1, f"{len(found)} copies of {subject!r} at {peer}"
    return found[0]


def header(text, name):
    """Its first field of that name, unfolded."""
    for field in text.partition("\n\n")[0].replace("\n\t", " ").replace("\n ", " ").split("\n"):
        if field.lower().startswith(name.lower() + ":"):
            return field.partition(":")[2].strip()
    raise AssertionError(f"no {name} in {text[:500]!r}")


def inbox(running):
    """JO's mail."""
    with Imap(running.at("imap"), JO, PASSWORD) as imap:
        imap.done("SELECT INBOX")
        answers = imap.done("UID FETCH 1:* (BODY.PEEK[])")
    return [one.partition("\r\n")[2].replace("\r\n", "\n") for one in answers if " FETCH " in one]


def wait_at_home(running, subject, seconds=20):
    def look():
        return [text for text in inbox(running) if f"Subject: {subject}\n" in text]
    found = server.wait_until(look, seconds, f"{subject!r} in the mailbox of {JO}")
    assert len(found) == 1, f"{len(found)} copies of {subject!r}"
    return found[0]
