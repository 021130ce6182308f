import { Failure } from '../../src/domain/failure.ts';
import { calls } from '../support/coding-bench.ts';
import type { ScriptedAnswer } from '../support/scripted-model.ts';
import type { Sample } from './repositories.ts';
import { samples } from './repositories.ts';

/** One ticket, what the model does about it, and what must come of it. */
export type Trial = {
  sample: Sample;
  title: string;
  brief: string;
  /** What kind of model it is. */
  model: string;
  /** Whether its server says that it can call tools. */
  tools: boolean;
  answers: ScriptedAnswer[];
  /** `published`, or the code of the failure or of the hold. */
  outcome: string;
  /** What the named files must say afterwards. */
  holds: Record<string, RegExp>;
};

const fence = '```';
const { typescript, python, plainC } = samples;
const cut = (text: string) => ({ text, finish: 'length' as const });
const block = (path: string, old: string, now: string): string =>
  `${path}\n${fence}\n<<<<<<< SEARCH\n${old}\n=======\n${now}\n>>>>>>> REPLACE\n${fence}\n`;
const whole = (path: string, text: string): string => `${path}\n${fence}\n${text}${fence}\n`;

const negative = '    if (line.count < 0) throw new RangeError(`the count ${line.count} is negative`);\n';
const guarded = `  return lines.reduce((sum, line) => {\n${negative}    return sum + line.price * line.count;\n  }, 0);`;
const reduce = '  return lines.reduce((sum, line) => sum + line.price * line.count, 0);';
const negativeTest = `\ntest('totalOf refuses a negative count', () => {
  throws(() => totalOf([{ name: 'tea', price: 1, count: -1 }]), RangeError);
});\n`;
const sign = '  const sign = cents < 0 ? "minus " : "";\n';
const slugTests = `import unittest

from slugs import slug


class SlugTest(unittest.TestCase):
    def test_words(self):
        self.assertEqual(slug("Hello, World"), "hello-world")

    def test_ends(self):
        self.assertEqual(slug("Hello!"), "hello")


if __name__ == "__main__":
    unittest.main()
`;
const uniqueTake = `        made = slug(title)
        number = 2
        while made in self.given:
            made = f"{slug(title)}-{number}"
            number += 1`;

export const trials: Trial[] = [
  {
    sample: typescript,
    title: 'Refuse a negative count',
    brief: '`totalOf` in src/basket.ts takes a negative count. It must throw a RangeError. Add a test.',
    model: 'calls tools cleanly',
    tools: true,
    answers: [
      calls(['read', { path: 'src/basket.ts' }]),
      calls(['edit', { path: 'src/basket.ts', old: reduce, new: guarded }]),
      calls(['read', { path: 'test/basket.test.ts' }]),
      calls(
        [
          'edit',
          {
            path: 'test/basket.test.ts',
            old: 'import { strictEqual }',
            new: 'import { strictEqual, throws }',
          },
        ],
        [
          'edit',
          {
            path: 'test/basket.test.ts',
            old: "'2 x tea\\n7.00 EUR'));",
            new: `'2 x tea\\n7.00 EUR'));${negativeTest}`,
          },
        ],
      ),
      calls(['run', { command: 'node --test' }]),
      calls(['done', { summary: 'totalOf refuses a negative count.' }]),
    ],
    outcome: 'published',
    holds: { 'src/basket.ts': /throw new RangeError/, 'test/basket.test.ts': /refuses a negative count/ },
  },
  {
    sample: typescript,
    title: 'Say how much a line costs',
    brief:
      'In `receiptOf` of src/basket.ts each row should end with the price of its line: `2 x tea 7.00 EUR`.',
    model: 'writes its calls as text',
    tools: true,
    answers: [
      'I will look at the file first.\n\n<tool_call>\n{"name": "read_file", "arguments": {"file_path": "src/basket.ts"}}\n</tool_call>',
      `${fence}json\n{"name": "str_replace", "arguments": {"path": "src/basket.ts", "old_str": "\`\${line.count} x \${line.name}\`", "new_str": "\`\${line.count} x \${line.name} \${formatPrice(line.price * line.count)}\`"}}\n${fence}`,
      `{"name": "edit", "parameters": {"path": "test/basket.test.ts", "old": "'2 x tea\\\\n7.00 EUR'", "new": "'2 x tea 7.00 EUR\\\\n7.00 EUR'"}}`,
      '{"name": "done", "arguments": {"summary": "Rows end with their price."}}',
    ],
    outcome: 'published',
    holds: { 'src/basket.ts': /line\.name\} \$\{formatPrice/, 'test/basket.test.ts': /tea 7\.00 EUR/ },
  },
  {
    sample: typescript,
    title: 'Show negative prices in words',
    brief: '`formatPrice` in src/price.ts should say `minus 1.00 EUR` for -100.',
    model: 'writes broken JSON',
    tools: true,
    answers: [
      new Failure('MODEL_BAD_TOOL_CALL', 'error parsing tool call'),
      `{'name': 'edit', 'arguments': {'path': 'src/price.ts', 'old': '  return', 'new': '${sign.replaceAll('\n', '\\n')}  return',}}`,
      calls([
        'edit',
        {
          arguments: JSON.stringify({
            path: 'src/price.ts',
            old: '${(cents / 100)',
            new: '${sign}${(Math.abs(cents) / 100)',
          }),
        },
      ]),
      calls(['finish', { message: 'Says minus.' }]),
    ],
    outcome: 'published',
    holds: { 'src/price.ts': /const sign = [^]*\$\{sign\}\$\{\(Math\.abs\(cents\)/ },
  },
  {
    sample: typescript,
    title: 'Round prices',
    brief: '`formatPrice` in src/price.ts should round to whole euros.',
    model: 'goes in circles',
    tools: true,
    answers: Array.from({ length: 8 }, () => calls(['read', { path: 'src/price.ts' }])),
    outcome: 'MODEL_LIMIT',
    holds: {},
  },
  {
    sample: python,
    title: 'No dash at an end',
    brief:
      '`slug` in slugs/slug.py leaves a dash at the end of "Hello!". It must not. Add a test to test_slug.py.',
    model: 'quotes what it replaces wrongly',
    tools: false,
    answers: [
      block(
        'slugs/slug.py',
        'words = re.sub("[^a-z0-9]", "-", title)\nreturn words',
        'return words.strip("-")',
      ) + whole('test_slug.py', slugTests),
      block('slug.py', '  return words[:longest]', '  return words[:longest].strip("-")'),
    ],
    outcome: 'published',
    holds: { 'slugs/slug.py': /^ {4}return words\[:longest\]\.strip\("-"\)$/m, 'test_slug.py': /test_ends/ },
  },
  {
    sample: python,
    title: 'Let a slug be shorter',
    brief: 'The default of `longest` in slugs/slug.py should be 30. Say so in the docstring.',
    model: 'answers with whole files',
    tools: false,
    answers: [
      `<think>A small file, I write all of it.</think>Here is the file:\n\n${whole(
        'slugs/slug.py',
        (python.files['slugs/slug.py'] ?? '')
          .replace('longest=40', 'longest=30')
          .replace('letter or digit.', 'letter or digit; 30 characters unless told.'),
      )}\nDONE: The default is 30.`,
    ],
    outcome: 'published',
    holds: { 'slugs/slug.py': /longest=30[^]*30 characters/ },
  },
  {
    sample: python,
    title: 'Number slugs that are taken',
    brief: '`Slugs.take` in slugs/slug.py should give `title-2` when `title` was given before.',
    model: 'is cut off in the middle',
    tools: false,
    answers: [
      cut(
        block(
          'slugs/slug.py',
          '    """Slugs that are given once only."""',
          '    """Slugs, each given once only."""',
        ) +
          `slugs/slug.py\n${fence}\n<<<<<<< SEARCH\n        made = slug(title)\n=======\n        made = slug(ti`,
      ),
      block('slugs/slug.py', '        made = slug(title)', uniqueTake),
    ],
    outcome: 'published',
    holds: { 'slugs/slug.py': /each given once only[^]*while made in self\.given/ },
  },
  {
    sample: plainC,
    title: 'Count words between tabs',
    brief: '`count_words` in count.c does not take a tab for a space. It should.',
    model: 'breaks a check, then mends it',
    tools: false,
    answers: [
      block('count.c', "\t\tif (*text == ' ' || *text == '\\n') {", '\t\tif (isspace(*text)) {'),
      block('count.c', '#include "count.h"', '#include <ctype.h>\n#include "count.h"'),
    ],
    outcome: 'published',
    holds: { 'count.c': /#include <ctype\.h>[^]*isspace/ },
  },
  {
    sample: plainC,
    title: 'Say what is counted',
    brief: 'main.c should print `words: 2` instead of `2`, and check.sh should expect it.',
    model: 'sends patches of other agents',
    tools: false,
    answers: [
      [
        '*** Begin Patch',
        '*** Update File: main.c',
        '@@ int main(void)',
        '-\tprintf("%d\\n", count_words(text));',
        '+\tprintf("words: %d\\n", count_words(text));',
        '*** End Patch',
        '',
        `${fence}diff`,
        '--- a/check.sh',
        '+++ b/check.sh',
        '@@ -30,2 +30,2 @@',
        ' set -e',
        `-[ "$(printf 'one two\\n' | ./words)" = "2" ]`,
        `+[ "$(printf 'one two\\n' | ./words)" = "words: 2" ]`,
        fence,
      ].join('\n'),
    ],
    outcome: 'published',
    holds: { 'main.c': /words: %d/, 'check.sh': /= "words: 2"/ },
  },
  {
    sample: plainC,
    title: 'Read from a file',
    brief: 'main.c should read the file that its first argument names.',
    model: 'says that it is done, and did nothing',
    tools: true,
    answers: Array.from({ length: 8 }, () => 'I have changed main.c as you asked. It reads the file now.'),
    outcome: 'NO_CHANGES',
    holds: {},
  },
];
