/** A small repository as there are many, and the command that checks it. */
export type Sample = { name: string; program: string; files: Record<string, string>; check: string[] };

const typescript: Sample = {
  name: 'TypeScript',
  program: 'node',
  check: ['node', '--test'],
  files: {
    'package.json':
      '{ "name": "basket", "private": true, "type": "module", "scripts": { "test": "node --test" } }\n',
    'README.md': '# Basket\n\nWhat a basket costs. Prices are in cents.\n',
    'src/basket.ts': `import { formatPrice } from './price.ts';

export type Line = { name: string; price: number; count: number };

/** What all lines cost, in cents. */
export function totalOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.price * line.count, 0);
}

export function receiptOf(lines: readonly Line[]): string {
  const rows = lines.map((line) => \`\${line.count} x \${line.name}\`);
  return [...rows, formatPrice(totalOf(lines))].join('\\n');
}
`,
    'src/price.ts': `/** Cents as people read them. */
export function formatPrice(cents: number): string {
  return \`\${(cents / 100).toFixed(2)} EUR\`;
}
`,
    'test/basket.test.ts': `import { strictEqual } from 'node:assert';
import { test } from 'node:test';
import { receiptOf, totalOf } from '../src/basket.ts';

const lines = [{ name: 'tea', price: 350, count: 2 }];

test('totalOf adds up', () => strictEqual(totalOf(lines), 700));
test('receiptOf ends with the total', () => strictEqual(receiptOf(lines), '2 x tea\\n7.00 EUR'));
`,
  },
};

const python: Sample = {
  name: 'Python',
  program: 'python3',
  check: ['python3', '-m', 'unittest', '-q'],
  files: {
    'README.md': '# Slugs\n\nAddresses from titles.\n',
    'slugs/__init__.py': 'from .slug import slug\n\n__all__ = ["slug"]\n',
    'slugs/slug.py': `"""Addresses from titles."""

import re


def slug(title, longest=40):
    """A title in lower case, with dashes for all that is no letter or digit."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower())
    return words[:longest]


class Slugs:
    """Slugs that are given once only."""

    def __init__(self):
        self.given = set()

    def take(self, title):
        made = slug(title)
        self.given.add(made)
        return made
`,
    'test_slug.py': `import unittest

from slugs import slug


class SlugTest(unittest.TestCase):
    def test_words(self):
        self.assertEqual(slug("Hello, World"), "hello-world")


if __name__ == "__main__":
    unittest.main()
`,
  },
};

const plainC: Sample = {
  name: 'C',
  program: 'gcc',
  check: ['make', '-s', 'test'],
  files: {
    'README.md': '# Words\n\nCounts words.\n',
    Makefile:
      'test: words\n\t./check.sh\n\nwords: main.c count.c count.h\n\tgcc -Wall -Werror -o words main.c count.c\n',
    '.gitignore': 'words\n',
    'check.sh': '#!/bin/sh\nset -e\n[ "$(printf \'one two\\n\' | ./words)" = "2" ]\n',
    'count.h': 'int count_words(const char *text);\n',
    'count.c': `#include "count.h"

int count_words(const char *text)
{
\tint count = 0;
\tint inside = 0;
\tfor (; *text; text++) {
\t\tif (*text == ' ' || *text == '\\n') {
\t\t\tinside = 0;
\t\t} else if (!inside) {
\t\t\tinside = 1;
\t\t\tcount++;
\t\t}
\t}
\treturn count;
}
`,
    'main.c': `#include <stdio.h>
#include "count.h"

int main(void)
{
\tstatic char text[65536];
\tsize_t size = fread(text, 1, sizeof text - 1, stdin);
\ttext[size] = 0;
\tprintf("%d\\n", count_words(text));
\treturn 0;
}
`,
  },
};

export const samples = { typescript, python, plainC };
