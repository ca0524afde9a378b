#!/usr/bin/env python3
"""Writes the files of the web page as a C table: embed_web.py OUTPUT FILE...

Each row has the name, the media type and a tag that changes with the content."""
import hashlib
import os
import sys

TYPES = {
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.svg': 'image/svg+xml',
}


def octets(content):
    lines = [', '.join(map(str, content[i:i + 24])) for i in range(0, len(content), 24)]
    return ',\n\t'.join(lines)


def row(number, path, content):
    name = os.path.basename(path)
    kind = TYPES[os.path.splitext(name)[1]]
    tag = hashlib.sha256(content).hexdigest()[:20]
    return (f'\t{{ SLICE_INIT("{name}"), SLICE_INIT("{kind}"), SLICE_INIT("\\"{tag}\\""),\n'
            f'\t  {{ (const char *)web_octets_{number}, sizeof(web_octets_{number}) }} }},\n')


output, *paths = sys.argv[1:]
files = []
for path in sorted(paths, key=os.path.basename):
    with open(path, 'rb') as file:
        files.append((path, file.read()))
with open(output, 'w', encoding='ascii') as out:
    for number, (path, content) in enumerate(files):
        out.write(f'static const unsigned char web_octets_{number}[] = {{\n\t{octets(content)}\n}};\n')
    out.write('static const struct web_file web_files[] = {\n')
    out.write(''.join(row(number, *file) for number, file in enumerate(files)))
    out.write('};\n')
