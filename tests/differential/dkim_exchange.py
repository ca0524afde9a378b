#!/usr/bin/python3
"""dkim_exchange.py DKIM_TOOL: what we sign, dkimpy verifies, and what it signs, we verify.

Over made-up messages and, where $POSTROOM_TESTDATA is, real ones: every canonicalisation, both
kinds of key, body lengths, ARC chains sealed in turns; and each signed message changed a little,
which both must refuse. Prints `ok`, `not ok` and `skip` lines.
"""

import base64
import glob
import os
import random
import subprocess
import sys
import tempfile

try:
    import dkim
    import nacl.signing
except ImportError as missing:
    print(f"skip dkim: no {missing.name} (python3-dkim, python3-nacl)")
    sys.exit(0)
try:
    import authres
except ImportError:
    authres = None  # dkimpy seals with it

TOOL = sys.argv[1]
REAL = 10  # messages of the public test data
HEAD = b"From: Jo <jo@a.test>\r\nTo: b@b.test,\r\n c@c.test\r\nSubject: \tone\r\n  two   three \r\nDate: now\r\n"
MADE = {
    "plain": HEAD + b"\r\nHello.\r\n",
    "no body": HEAD + b"\r\n",
    "empty lines": HEAD + b"\r\n\r\n\r\n",
    "no line end": HEAD + b"\r\nHello",
    "spaces": HEAD + b"\r\n a  b \t c \r\n\t\r\n \r\n\r\nd  \r\n\r\n",
    "fields twice": b"Received: x\r\nSubject: 1\r\nsubject: 2\r\nCC:\r\n" + HEAD + b"\r\n.\r\n",
    "8 bit": b"X: \xc3\xb6\r\n" + HEAD + b"\r\n\xff\xfe\x00\r\n",
    "long": HEAD + b"\r\n" + b"word " * 20000 + b"\r\n" * 3000 + b"x\r\n",
}
FORMS = [(header, body) for header in (b"relaxed", b"simple") for body in (b"relaxed", b"simple")]
random.seed(5)
faults = 0


def real_messages():
    root = os.environ.get("POSTROOM_TESTDATA", "")
    paths = sorted(filter(os.path.isfile, glob.glob(f"{root}/bulk/*/**", recursive=True))) if root else []
    for path in random.sample(paths, min(REAL, len(paths))):
        with open(path, "rb") as file:
            text = file.read().replace(b"\r\n", b"\n").replace(b"\r", b"").replace(b"\n", b"\r\n")
        fields = text.split(b"\r\n\r\n", 1)[0].lower()
        if b"\r\n\r\n" in text and b"\nfrom:" in b"\n" + fields and b"arc-seal" not in fields:
            yield os.path.basename(path), text


def run(*args, message=b""):
    return subprocess.run([TOOL, *args], input=message, capture_output=True, check=True, timeout=60).stdout


class Keys:
    """One key of each kind, made by us, in the forms that both sides read."""

    def __init__(self, folder):
        self.records = {}
        self.zone = f"{folder}/zone"
        self.pem = {kind: f"{folder}/{kind}.pem" for kind in ("rsa", "ed25519")}
        for kind, path in self.pem.items():
            self.records[f"{kind}._domainkey.a.test"] = run("key", kind, path)
        with open(self.zone, "wb") as file:
            for name, record in self.records.items():
                file.write(name.encode() + b" " + record + b"\n")
        der = subprocess.run(["openssl", "pkey", "-in", self.pem["ed25519"], "-outform", "DER"],
                             capture_output=True, check=True).stdout
        pem = subprocess.run(["openssl", "rsa", "-traditional", "-in", self.pem["rsa"]],
                             capture_output=True, check=True).stdout
        self.private = {"rsa": pem, "ed25519": base64.b64encode(der[-32:])}

    def txt(self, name, timeout=5):
        return self.records.get(name.decode().rstrip("."))


def check(what, good):
    global faults
    faults += not good
    if not good:
        print(f"not ok dkim {what}")


def ours(keys, message):
    """The first signature passes; the chain's status."""
    lines = run("verify", keys.zone, message=message).decode().splitlines()
    first = next((line for line in lines if line.startswith("dkim=")), "")
    return first.startswith("dkim=pass"), lines[-1].split()[0].removeprefix("arc=")


def theirs(keys, message):
    try:
        return dkim.verify(message, dnsfunc=keys.txt, minkey=1024)
    except Exception:  # it has many ways to say no
        return False


def spoiled(message):
    """One letter of the Subject, and one octet more at the end."""
    at = message.lower().find(b"\r\nsubject:")
    yield message + b"more\r\n"
    if at >= 0:
        yield message[:at + 10] + b"!" + message[at + 10:]


def both_refuse(name, keys, message):
    for number, changed in enumerate(spoiled(message)):
        check(f"{name}: we take change {number}", not ours(keys, changed)[0])
        check(f"{name}: they take change {number}", not theirs(keys, changed))


def exchange(name, message, keys, kinds):
    for kind in kinds:
        signed = run("sign", "a.test", kind, keys.pem[kind], message=message)
        check(f"{name}: they refuse our {kind}", theirs(keys, signed))
        check(f"{name}: we refuse our {kind}", ours(keys, signed)[0])
        both_refuse(f"{name}, our {kind}", keys, signed)
        for form in FORMS if kind == kinds[0] else FORMS[:1]:
            field = dkim.sign(message, kind.encode(), b"a.test", keys.private[kind], canonicalize=form,
                              signature_algorithm=kind.encode() + b"-sha256")
            check(f"{name}: we refuse their {kind} {form}", ours(keys, field + message)[0])
    both_refuse(f"{name}, theirs", keys, field + message)


def with_length(keys):
    message = MADE["spaces"]
    field = dkim.sign(message, b"rsa", b"a.test", keys.private["rsa"], length=True)
    check("l=: we refuse theirs", ours(keys, field + message)[0])
    check("l=: we refuse what is appended", ours(keys, field + message + b"more\r\n")[0])


def chain(name, message, keys):
    """Sealed in turns; dkimpy reads the status out of the one Authentication-Results."""
    for instance in range(1, 5):
        if instance % 2 or not authres:
            message = run("seal", "a.test", "rsa", keys.pem["rsa"], keys.zone, message=message)
        else:
            stamped = b"Authentication-Results: x.test; arc=pass\r\n" + message
            fields = dkim.arc_sign(stamped, b"rsa", b"a.test", keys.private["rsa"], b"x.test")
            message = b"".join(fields) + message
        check(f"{name}: chain {instance}: they refuse", dkim.arc_verify(message, dnsfunc=keys.txt)[0] == b"pass")
        check(f"{name}: chain {instance}: we refuse", ours(keys, message)[1] == "pass")
    for changed in spoiled(message):
        check(f"{name}: they take a broken chain", dkim.arc_verify(changed, dnsfunc=keys.txt)[0] == b"fail")
        check(f"{name}: we take a broken chain", ours(keys, changed)[1] == "fail")


def main():
    with tempfile.TemporaryDirectory() as folder:
        keys = Keys(folder)
        real = list(real_messages())
        for name, message in MADE.items():
            exchange(name, message, keys, ("rsa", "ed25519"))
        for name, message in real:
            exchange(name, message, keys, ("ed25519",))
        with_length(keys)
        for name in ("plain", "spaces", "fields twice"):
            chain(name, MADE[name], keys)
    if not faults:
        print(f"ok dkim of {len(MADE) + len(real)} messages, beside dkimpy")
    sys.exit(faults > 0)


main()
