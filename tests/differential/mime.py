#!/usr/bin/python3
"""mime.py MIME_DUMP GMIME_TREE: our part trees beside those of Python's email and of GMime.

Reads every message of the public test data ($POSTROOM_TESTDATA) with all three and compares the
parts: their nesting, types and, for leaves, the octets of their bodies. Where one of the others
agrees with us, the third is taken to be wrong; what both of them see otherwise must be in
EXPLAINED. Prints `ok`, `not ok` and `skip` lines.
"""

import email.parser
import email.policy
import json
import os
import subprocess
import sys

FOLDERS = ("mime", "bulk", "dsn")
BATCH = 200  # files given to a program at a time

# Reviewed: what both others see otherwise than we do, and why we stay with it.
EXPLAINED = {
    "a multipart without a boundary is text/plain (RFC 2045 5.2)": """
        mime/cpython/msg_25.txt mime/cpython/msg_41.txt mime/enmime/mail__multipart-wo-boundary.raw
        dsn/sisimai/lhost-apachejames-01.eml dsn/sisimai/lhost-verizon-02.eml
        dsn/sisimai/lhost-office365-08.eml dsn/sisimai/lhost-office365-09.eml
        dsn/sisimai/lhost-office365-10.eml dsn/sisimai/lhost-office365-11.eml
        dsn/sisimai/lhost-office365-12.eml""",
    "between boundary lines that follow one another lies an empty part": """
        mime/cpython/msg_37.txt mime/mail-parser/malformed/000.eml mime/mime4j/multipartemptypart.msg""",
    "a stray line before the first field does not make the header section empty": """
        mime/james/store__mailWithLongHeaders.eml mime/james/store__oneAttachmentAndSomeTextInlined.eml
        mime/james/store__oneAttachmentWithEmptyContentType.eml
        mime/james/store__oneAttachmentWithSimpleContentType.eml
        mime/james/store__oneAttachmentWithoutName.eml
        mime/james/store__oneHtmlAttachmentAndSomeTextInlined.eml""",
    "an encoded message/rfc822 is opaque (RFC 2046 5.2.1)": """
        mime/mail-parser/rfc/008.eml mime/mime4j/bad-newlines-multiple-parts-base64.msg
        mime/mime4j/base64encoded-rfc822message-nested.msg""",
    "a boundary that is used again within names the innermost multipart": """
        mime/mail-parser/malformed/013.eml""",
    "where the empty line is missing, the body begins with the first line that is no field": """
        mime/mail-parser/malformed/019.eml""",
}


def messages(root):
    for folder in FOLDERS:
        for path, _, names in sorted(os.walk(os.path.join(root, folder))):
            for name in sorted(names):
                file = os.path.join(path, name)
                if not name.endswith((".json", ".xml", ".out", ".md")) \
                        and not name.startswith(("LICENSE", "NOTICE", "COPYING")) and "_decoded" not in name:
                    yield file


def run(program, files):
    for start in range(0, len(files), BATCH):
        output = subprocess.run([program] + files[start:start + BATCH], check=True, capture_output=True).stdout
        for line in output.splitlines():
            yield json.loads(line)


def our_trees(program, files):
    """Per file: [depth, type, octets of the body or -1], and the same message parsed."""
    for message in run(program, files):
        yield [[part["depth"], f"{part['type']}/{part['subtype']}".lower(),
                part["end"] - part["body_start"] if part["kind"] == "leaf" else -1]
               for part in message["parts"]]


def python_tree(file):
    parser = email.parser.BytesFeedParser(policy=email.policy.compat32)
    with open(file, "rb") as f:
        parser.feed(f.read())
    tree, waiting = [], [(0, parser.close())]
    while waiting:
        depth, part = waiting.pop()
        payload, kind = part._payload, part.get_content_type()  # get_payload() would decode it
        opaque = kind.startswith("message/") and kind not in ("message/rfc822", "message/global")
        holds = part.is_multipart() and not opaque
        size = None if opaque else -1 if holds else len((payload or "").encode("ascii", "surrogateescape"))
        tree.append([depth, kind, size])
        if holds:
            waiting.extend((depth + 1, inner) for inner in reversed(payload))
    return tree


def same(ours, other):
    """None, for a size that the other parser does not tell, is any."""
    return len(ours) == len(other) and all(
        a[:2] == [b[0], b[1].lower()] and b[2] in (None, a[2]) for a, b in zip(ours, other))


def main():
    root = os.environ.get("POSTROOM_TESTDATA")
    if not root:
        print("skip mime: no POSTROOM_TESTDATA")
        return 0
    files = list(messages(root))
    explained = {os.path.join(root, name) for names in EXPLAINED.values() for name in names.split()}
    different, agreed = set(), 0
    for file, ours, gmime in zip(files, our_trees(sys.argv[1], files), run(sys.argv[2], files)):
        if same(ours, gmime["parts"]) or same(ours, python_tree(file)):
            agreed += 1
            continue
        different.add(file)
        if file not in explained:
            print(f"{file}\n  ours   {ours}\n  python {python_tree(file)}\n  gmime  {gmime['parts']}")
    failed = len(different ^ explained)
    for file in sorted(explained - different):
        print(f"{file}: explained, but no longer different")
    print(f"{'not ok' if failed else 'ok'} mime: {agreed} messages agree, {len(different)} differ, "
          f"{failed} of them unexplained")
    return failed != 0


sys.exit(main())
