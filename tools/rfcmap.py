#!/usr/bin/python3
"""rfcmap.py [--check]: writes docs/rfc-map.md, which says for each section of an RFC that
a comment in src names (`RFC 9051 6.4.8`) which files name it; or checks that it is current."""

import collections
import glob
import os
import re
import sys

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), ".."))
MAP = "docs/rfc-map.md"
COMMENT = re.compile(r"/\*.*?\*/", re.S)
LINE_END = re.compile(r"\s*\n[\s*]*")
REFERENCE = re.compile(r"RFC (\d{3,5})(?:,? (?:section |appendix )?(\d+(?:\.\d+)*|[A-Z](?:\.\d+)*)\b(?![\w-]))?")
HEAD = """# Which part of which RFC is where

Made by `./dev format` from the references in the comments of `src`; not written by hand.
"""


def order(section):
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in section.split(".") if part]


def link(rfc, section):
    anchor = "appendix" if section[:1].isalpha() else "section"
    return f"[{section}](https://www.rfc-editor.org/rfc/rfc{rfc}#{anchor}-{section})" if section else "whole"


def collect():
    found = collections.defaultdict(lambda: collections.defaultdict(set))
    for path in glob.glob("src/*/*.[ch]"):
        with open(path, encoding="utf-8") as file:
            for comment in COMMENT.findall(file.read()):
                for rfc, section in REFERENCE.findall(LINE_END.sub(" ", comment)):
                    found[int(rfc)][section].add(path.removeprefix("src/"))
    return found


def render(found):
    parts = [HEAD]
    for rfc in sorted(found):
        parts.append(f"\n## [RFC {rfc}](https://www.rfc-editor.org/rfc/rfc{rfc})\n\n| section | files |\n|---|---|\n")
        for section in sorted(found[rfc], key=order):
            parts.append(f"| {link(rfc, section)} | {' '.join(sorted(found[rfc][section]))} |\n")
    return "".join(parts)


def main():
    text = render(collect())
    if sys.argv[1:] == ["--check"]:
        with open(MAP, encoding="utf-8") as file:
            current = file.read() == text
        print("ok rfc-map" if current else f"not ok rfc-map: {MAP} is out of date; `./dev format` mends it")
        sys.exit(not current)
    with open(MAP, "w", encoding="utf-8") as file:
        file.write(text)


main()
