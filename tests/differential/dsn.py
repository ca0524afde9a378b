#!/usr/bin/python3
"""dsn.py BOUNCE_DUMP: our reports, as Python's email package reads them.

Each kind and variant must be a multipart/report of three parts without a defect, with the
fields of RFC 3464 in their groups and what they should say; and the names of the fields must be
known from the reports that others send (the public test data, where it is at hand)."""

import email.parser
import email.policy
import glob
import os
import subprocess
import sys

KINDS = {"delayed": "4", "failed": "45", "relayed": "2", "delivered": "2", "expanded": "2"}
HEADERS_ONLY = {"message/rfc822": "text/rfc822-headers", "message/global": "message/global-headers"}
THIRD = {"plain": "text/rfc822-headers", "full": "message/rfc822", "latin": "text/rfc822-headers",
         "utf8": "message/global", "global": "message/global-headers"}


def parse(octets):
    return email.parser.BytesParser(policy=email.policy.default).parsebytes(octets)


def status_part(octets):
    """Its octets between the second and the third boundary line, apart from any parser."""
    for part in octets.split(b"--=_0123abcd_0")[1:]:
        head, _, body = part.partition(b"\r\n\r\n")
        if b"delivery-status" in head:
            return body.decode("utf-8").replace("\r\n ", " ").rstrip().split("\r\n\r\n")


def faults_of(kind, variant, octets):
    message = parse(octets)
    parts = list(message.iter_parts())
    types = [part.get_content_type() for part in parts]
    third = THIRD[variant] if kind == "failed" else HEADERS_ONLY.get(THIRD[variant], THIRD[variant])
    status = "message/global-delivery-status" if variant == "global" else "message/delivery-status"
    if any(part.defects for part in message.walk()):
        yield f"defects {[part.defects for part in message.walk()]}"
    if message.get_content_type() != "multipart/report" or message["Content-Type"].params["report-type"] != "delivery-status":
        yield "no report"
    if message["Auto-Submitted"] != "auto-replied" or not message["Message-ID"] or not message["Date"].datetime:
        yield "header fields"
    if types != ["text/plain", status, third]:
        yield f"parts {types}"
    if "c@z.test" not in parts[0].get_content() or "Connection refused" not in parts[0].get_content():
        yield f"text {parts[0].get_content()}"
    groups = [dict(line.split(": ", 1) for line in group.split("\r\n")) for group in status_part(octets)]
    if len(groups) != 3 or groups[0]["Original-Envelope-Id"] != "QQ+314" or groups[0]["Reporting-MTA"] != "dns;mx.x.test":
        yield f"groups {groups}"
    for group in groups[1:]:
        if group["Action"] != kind or group["Status"][0] not in KINDS[kind]:
            yield f"group {group}"
    if "Diagnostic-Code" not in groups[1] or "Ask somebody else" not in groups[1]["Diagnostic-Code"]:
        yield f"diagnostic {groups[1]}"
    if not octets.rstrip().endswith(b"--=_0123abcd_0--"):
        yield "no end"
    if variant != "full" and variant != "global" and not octets.isascii():
        yield "not 7-bit"


def known_fields():
    known = set()
    for path in glob.glob(f"{os.environ['POSTROOM_TESTDATA']}/dsn/*/*"):
        with open(path, "rb") as file:
            for part in parse(file.read()).walk():
                if part.get_content_type() == "message/delivery-status" and part.is_multipart():
                    known |= {name.lower() for group in part.get_payload() for name in group.keys()}
    return known


def main():
    known = known_fields() if "POSTROOM_TESTDATA" in os.environ else None
    faults = []
    for kind in KINDS:
        for variant in THIRD:
            octets = subprocess.run([sys.argv[1], kind, variant], stdout=subprocess.PIPE, check=True).stdout
            faults += [f"{kind} {variant}: {fault}" for fault in faults_of(kind, variant, octets)]
            names = {line.split(":")[0].lower() for group in status_part(octets) for line in group.split("\r\n")}
            if known and names - known:
                faults.append(f"{kind} {variant}: nobody else has {names - known}")
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"not ok dsn: {len(faults)} faults" if faults else f"ok dsn: {len(KINDS) * len(THIRD)} reports")
    sys.exit(bool(faults))


main()
