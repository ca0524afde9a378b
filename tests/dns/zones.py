"""The zones of the test network: one signed, one whose signatures are wrong, one without."""

import os
import subprocess

import peers

PACKAGES = ["nsd", "ldnsutils", "libldns3", "libprotobuf-c1", "libfstrm0"]
HEAD = """$TTL 300
@ SOA ns.{zone}. postmaster.{zone}. 1 3600 900 604800 60
@ NS ns.{zone}.
ns A 127.0.0.1
"""
BIG_TXT = " ".join('"' + chr(ord("a") + i % 26) * 250 + '"' for i in range(200))
HASH = "0123456789abcdef" * 4
PLAIN = "".join((
    "www A 192.0.2.1\nwww A 192.0.2.2\nwww AAAA 2001:db8::1\n",
    "alias CNAME www\nalias2 CNAME alias\nsecret CNAME www.signed.test.\n",
    "one CNAME two\ntwo CNAME three\nthree CNAME one\n",
    "dangling CNAME nowhere\n",
    "@ MX 20 mx2\n@ MX 10 mx1\nnull MX 0 .\n",
    'txt TXT "v=spf1 " "-all"\n', f"big TXT {BIG_TXT}\n", f"_25._tcp.mx1 TLSA 3 1 1 {HASH}\n",
    "odd\\.label MX 1 a\\.b.c\nempty TXT \"\"\n",
    "ttl 0 A 192.0.2.9\n",
    *(f"many MX {2000 - i} mx{i}.many\n" for i in range(1000)),
))
SIGNED = f"www A 192.0.2.3\n@ MX 10 mx\nmx A 192.0.2.4\n_25._tcp.mx TLSA 3 1 1 {HASH}\nalias CNAME www\n" \
         "outside CNAME www.plain.test.\nextra A 192.0.2.5\n"
REVERSE = "1 PTR www.plain.test.\n1 PTR other.plain.test.\n"
ZONES = {"plain.test": PLAIN, "2.0.192.in-addr.arpa": REVERSE, "signed.test": SIGNED,
         "bogus.test": SIGNED, "expired.test": SIGNED}


def make(folder):
    """Zone files and a file of trust anchors; signing is of the last three."""
    os.makedirs(folder, exist_ok=True)
    for zone, records in ZONES.items():
        with open(f"{folder}/{zone}", "w", encoding="ascii") as file:
            file.write(f"$ORIGIN {zone}.\n" + HEAD.format(zone=zone) + records)
    anchors = [sign(folder, "signed.test"), sign(folder, "bogus.test"),
               sign(folder, "expired.test", "-i", "20200101000000", "-e", "20200201000000")]
    spoil(f"{folder}/bogus.test")
    with open(f"{folder}/anchors", "w", encoding="ascii") as file:
        file.writelines(anchors)


def tool(folder, name, *words):
    return subprocess.run([peers.program("dns", f"usr/bin/{name}"), *words], cwd=folder, check=True,
                          env=peers.environment("dns"), stdout=subprocess.PIPE, text=True).stdout


def sign(folder, zone, *options):
    key = tool(folder, "ldns-keygen", "-a", "ECDSAP256SHA256", "-k", zone).strip()
    tool(folder, "ldns-signzone", "-n", *options, zone, key)
    os.replace(f"{folder}/{zone}.signed", f"{folder}/{zone}")
    with open(f"{folder}/{key}.ds", encoding="ascii") as file:
        return file.read()


def spoil(path):
    """Other addresses than those that were signed."""
    with open(path, encoding="ascii") as file:
        text = file.read()
    with open(path, "w", encoding="ascii") as file:
        file.write(text.replace("192.0.2.3", "192.0.2.66"))
