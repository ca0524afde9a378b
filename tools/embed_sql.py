#!/usr/bin/env python3
"""Writes numbered SQL files as a C array: embed_sql.py OUTPUT NAME FILE..."""
import sys


def literal(path):
    with open(path, encoding='ascii') as file:
        lines = [line.split('--')[0].strip() for line in file]
    quoted = [line.replace('\\', '\\\\').replace('"', '\\"') for line in lines if line]
    return '\n'.join(f'\t"{line} "' for line in quoted)


output, name, *files = sys.argv[1:]
with open(output, 'w', encoding='ascii') as out:
    out.write(f'static const char *const {name}_steps[] = {{\n')
    # In parentheses: clang takes two lines without a comma for a slip.
    out.write(''.join(f'\t(\n{literal(path)}\n\t),\n' for path in sorted(files)))
    out.write('};\n')
