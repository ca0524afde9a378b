#!/usr/bin/python3
"""spf.py SPF_DIALOGUE: spf_check() against the public test suites of SPF.

The suites ($POSTROOM_TESTDATA/spf) are scenarios: a zone and cases. The program asks one DNS
question after the other, as it asks the resolver in real life, and is answered from the zone.
Prints `ok`, `not ok` and `skip` lines.
"""

import ipaddress
import os
import re
import subprocess
import sys

try:
    import yaml
except ImportError:
    yaml = None

A, PTR, MX, TXT, AAAA = 1, 12, 15, 16, 28
TYPES = {"A": A, "PTR": PTR, "MX": MX, "TXT": TXT, "SPF": TXT, "AAAA": AAAA}
FOUND, NO_DATA, NO_NAME, TROUBLE = range(4)  # enum dns_status
OPENSPF = ("openspf/rfc7208-tests.yml", "blitiri/blitirispf-tests.yml", "blitiri/pyspf-tests.yml")

# Reviewed: what a suite expects otherwise than we do, and why we stay with it.
EXPLAINED = {
    "one label is no domain that has a policy, and no domain-spec (RFC 7208 4.3, 7.1)": """
        blitiri/blitirispf-tests.yml/resolution-with-10-lookups
        blitiri/blitirispf-tests.yml/mx-resolution-10-terms
        blitiri/blitirispf-tests.yml/mx-resolution-11-terms
        blitiri/blitirispf-tests.yml/one-mx-not-found
        blitiri/blitirispf-tests.yml/all-mx-not-found
        blitiri/blitirispf-tests.yml/include-not-found
        blitiri/blitirispf-tests.yml/redirect-not-found""",
    "default= is like any unknown modifier (RFC 7208 6)": """
        blitiri/pyspf-tests.yml/default-modifier
        blitiri/pyspf-tests.yml/default-modifier-harsh""",
    "a wrong term behind all makes the record wrong (RFC 7208 4.6)": """
        mail-auth/all.yml/All-test/1""",
    "the case has ten look-ups without an answer (RFC 7208 4.6.4)": """
        mail-auth/basic.yml/DNS-Lookup-Limits/1""",
    "the suite wants the worse of two identities, we check the one we are asked for": """
        mail-auth/basic.yml/HELO-identity/1""",
    "exists asks for A records, whatever the client's family (RFC 7208 5.7)": """
        mail-auth/exists.yml/Exists/2 mail-auth/macro.yml/Macro-expansion-2/2""",
    "an IPv4 client is matched by ip4 only (RFC 7208 5)": """
        mail-auth/ip.yml/IPv6-match/4""",
}


class Zone:
    """What a scenario's DNS holds."""

    def __init__(self):
        self.records, self.aliases, self.trouble = {}, {}, set()

    def add(self, name, kind, data, preference=0):
        self.records.setdefault(name.lower(), {}).setdefault(kind, []).append((preference, data))

    def answer(self, kind, name):
        name = name.lower()
        for _ in range(8):
            if name not in self.aliases:
                break
            name = self.aliases[name]
        else:
            return TROUBLE, []
        found = self.records.get(name, {}).get(kind)
        if found:
            return FOUND, found
        if name in self.trouble:
            return TROUBLE, []
        exists = name in self.records or any(n.endswith("." + name) for n in self.records)
        return (NO_DATA if exists else NO_NAME), []


def without_dot(name):
    return name[:-1] if name.endswith(".") else name


def add_openspf_record(zone, name, kind, value, has_txt):
    if kind == "CNAME":
        zone.aliases[name.lower()] = without_dot(value).lower()
    elif kind in ("TIMEOUT", "SERVFAIL"):
        zone.trouble.add(name.lower())
    elif kind == "MX":
        zone.add(name, MX, without_dot(value[1]).encode(), value[0])
    elif kind == "PTR":
        zone.add(name, PTR, without_dot(value).encode())
    elif kind in ("A", "AAAA"):
        zone.add(name, TYPES[kind], ipaddress.ip_address(value).packed)
    elif value != "NONE" and (kind == "TXT" or not has_txt):
        zone.add(name, TXT, ("".join(value) if isinstance(value, list) else value).encode("latin-1"))


def openspf_zone(zonedata):
    """SPF entries stand for TXT where a name has none."""
    zone = Zone()
    for name, entries in zonedata.items():
        zone.records.setdefault(name.lower(), {})
        entries = [entry if isinstance(entry, dict) else {entry: True} for entry in entries]
        has_txt = any("TXT" in entry for entry in entries)
        for entry in entries:
            for kind, value in entry.items():
                add_openspf_record(zone, name, kind, value, has_txt)
    return zone


def openspf_cases(path):
    """(name, zone, ip, helo, sender, results, explanation)"""
    with open(path, encoding="utf-8") as file:
        for scenario in filter(None, yaml.safe_load_all(file)):
            zone = openspf_zone(scenario.get("zonedata") or {})
            for name, case in scenario["tests"].items():
                results = case["result"] if isinstance(case["result"], list) else [case["result"]]
                yield (name, zone, case["host"], case.get("helo") or "", case["mailfrom"], results,
                       case.get("explanation"))


def add_mail_auth_record(zone, kind, name, rest):
    """An mx line gives the addresses of hosts that it does not name."""
    items = [without_dot(item.strip()) for item in rest.split(",")]
    if kind in ("spf", "exp", "txt"):
        zone.add(name, TXT, rest.encode())
    elif kind == "ptr":
        for item in items:
            zone.add(without_dot(ipaddress.ip_address(name).reverse_pointer), PTR, item.encode())
    elif kind in ("a", "aaaa", "mx"):
        for number, item in enumerate(items):
            address = ipaddress.ip_address(item)
            host = f"host{number}.{name}" if kind == "mx" else name
            if kind == "mx":
                zone.add(name, MX, host.encode(), number)
            zone.add(host, A if address.version == 4 else AAAA, address.packed)


def mail_auth_cases(path):
    """Not quite YAML: a record's kind is a key that occurs more than once."""
    with open(path, encoding="utf-8") as file:
        scenarios = re.split(r"^---$", file.read(), flags=re.M)
    for scenario in scenarios:
        zone, named = Zone(), re.search(r"^name: (.*)", scenario, re.M)
        if not named:
            continue
        zone.trouble.update(("_dns_error.org", "_dns_error.test.org"))
        records, _, tests = scenario.partition("\ntests:")
        for kind, owner, rest in re.findall(r"^  (\w+): (\S+) (.*)", records, re.M):
            add_mail_auth_record(zone, kind, owner, rest.strip())
        state, number = {"sender": ""}, 0
        for key, value in re.findall(r"^ *-? *(\w+): *(.*?) *$", tests, re.M):
            state[key] = value
            owner, _, rest = value.partition(" ")
            if key in ("spf", "a", "ptr"):  # from here on; another policy replaces the first
                if key == "spf":
                    zone.records.setdefault(owner, {}).pop(TXT, None)
                add_mail_auth_record(zone, key, owner, rest)
            elif key == "expect":
                number += 1
                yield (f"{named.group(1).strip().replace(' ', '-')}/{number}", zone, state["ip"],
                       state["domain"], state["sender"], [owner], rest or None)


def hexed(text):
    return text.hex() if text else "-"


def ask_program(program, zone, ip, helo, sender):
    local, _, domain = sender.rpartition("@")
    fields = (ip.encode(), helo.encode(), local.encode(), domain.encode())
    program.stdin.write("check " + " ".join(map(hexed, fields)) + "\n")
    while True:
        program.stdin.flush()
        words = program.stdout.readline().split()
        if not words or words[0] == "verdict":
            break
        name = "" if words[2] == "-" else bytes.fromhex(words[2]).decode("latin-1")
        status, records = zone.answer(int(words[1]), name)
        program.stdin.write(f"answer {status}" + "".join(f" {p} {hexed(d)}" for p, d in records) + "\n")
    if not words:
        sys.exit("not ok spf: the program ended")
    result, *texts = words[1:]
    return (result, *("" if text == "-" else bytes.fromhex(text).decode() for text in texts))


def run_suite(program, name, cases):
    explained = " ".join(EXPLAINED.values()).split()
    passed = failed = 0
    for case, zone, ip, helo, sender, results, explanation in cases:
        result, told, problem = ask_program(program, zone, ip, helo, sender)
        wanted = "" if explanation == "DEFAULT" else explanation
        right = result in results and (wanted is None or told.lower() == wanted.lower())
        if right or f"{name}/{case}" in explained:
            passed += 1
        else:
            failed += 1
            print(f"  {name}/{case}: {result} {told!r} {problem!r}, expected {results} {wanted!r}")
    print(f"{'not ok' if failed else 'ok'} spf {name}: {passed} of {passed + failed}")
    return failed


def main():
    root = os.path.join(os.environ.get("POSTROOM_TESTDATA", ""), "spf")
    if not yaml or not os.path.isdir(root):
        print("skip spf: no", "test data" if yaml else "python3-yaml")
        return
    program = subprocess.Popen(sys.argv[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    failed = sum(run_suite(program, suite, openspf_cases(os.path.join(root, suite))) for suite in OPENSPF)
    for file in sorted(os.listdir(os.path.join(root, "mail-auth"))):
        name = f"mail-auth/{file}"
        failed += run_suite(program, name, mail_auth_cases(os.path.join(root, name)))
    program.stdin.close()
    sys.exit(bool(failed) or program.wait())


main()
