import { describe, expect, it } from '@jest/globals';
import { parseEdits } from '../../src/agent/edit-blocks.ts';

const files = ['src/a.ts', 'README.md', 'only/b.py'];

function parse(reply: string, truncated = false) {
  return parseEdits(reply, { files, truncated });
}

describe('whole files in fences', () => {
  it.each<[string, string, object]>([
    ['below their name', 'src/a.ts\n```ts\nx\n```\n', { path: 'src/a.ts', content: 'x\n' }],
    [
      'below their name and a blank line',
      '## src/a.ts\n\n```\nx\n```\n',
      { path: 'src/a.ts', content: 'x\n' },
    ],
    ['of a new file', '**src/new.ts**\n```ts\nx\n```\n', { path: 'src/new.ts', content: 'x\n' }],
    ['with the name in the fence', '```ts src/a.ts\nx\n```\n', { path: 'src/a.ts' }],
    ['with the name as the language', '```src/a.ts\nx\n```\n', { path: 'src/a.ts' }],
    ['with an attribute', '```js filename="src/new.js"\nx\n```\n', { path: 'src/new.js' }],
    [
      'with the name in a fence of its own',
      '```\nsrc/a.ts\n```\n```ts\nx\n```\n',
      { path: 'src/a.ts', content: 'x\n' },
    ],
    ['in four backticks', 'README.md\n````md\n```js\nx\n```\n````\n', { content: '```js\nx\n```\n' }],
    ['in tildes', 'README.md\n~~~md\n```\nx\n```\n~~~\n', { content: '```\nx\n```\n' }],
    [
      'in a tag with a language',
      'src/a.ts\n<source>ts\nx\n</source>\n',
      { path: 'src/a.ts', content: 'x\n' },
    ],
    ['in a source tag', 'src/a.ts\n<source>\n```\n</source>\n', { content: '```\n' }],
    [
      'with fences within fences of equal length',
      'README.md\n```md\na\n```js\nx\n```\nb\n```\n',
      { content: 'a\n```js\nx\n```\nb\n' },
    ],
    ['with a longer closing fence', 'src/a.ts\n```\nx\n`````\n', { content: 'x\n' }],
    ['that is never closed', 'src/a.ts\n```ts\nx\ny', { content: 'x\ny\n' }],
    ['that is empty', 'src/a.ts\n```ts\n```\n', { content: '' }],
    ['indented as in a list', '1. `src/a.ts`\n   ```ts\n   x\n     y\n   ```\n', { content: 'x\n  y\n' }],
    ['of a shell script under its name', 'bin/run.sh\n```bash\necho\n```\n', { path: 'bin/run.sh' }],
    ['with a bogus folder', 'path/to/src/a.ts\n```\nx\n```\n', { path: 'src/a.ts' }],
    ['without its folder', 'a.ts\n```\nx\n```\n', { path: 'a.ts', perhaps: 'src/a.ts' }],
    [
      'with the name in a comment',
      '```ts\n// src/a.ts\nx\n```\n',
      { path: 'src/a.ts', content: 'x\n', nameLine: '// src/a.ts', mayBeExcerpt: true },
    ],
    [
      'with the name in a comment of another kind',
      'New:\n```html\n<!-- web/x.html -->\nx\n```\n',
      { path: 'web/x.html' },
    ],
    [
      'with the name in a block comment',
      '```css\n/* web/x.css */\nx\n```\n',
      { path: 'web/x.css', content: 'x\n' },
    ],
    [
      'under a sentence that knows the file',
      "Here's the changed `src/a.ts` file:\n\n```\nx\n```\n",
      { path: 'src/a.ts', mayBeExcerpt: true },
    ],
    [
      'under a sentence that makes the file',
      'Create a file `src/new.ts`:\n```\nx\n```\n',
      { path: 'src/new.ts', mayBeExcerpt: true },
    ],
    [
      'under a title and a sentence',
      '### src/a.ts\n\nHere is the whole of it:\n\n```ts\nx\n```\n',
      { path: 'src/a.ts', mayBeExcerpt: true },
    ],
  ])('%s', (_, reply, expected) => {
    expect(parse(reply)).toMatchObject({ edits: [{ kind: 'write', ...expected }], malformed: [] });
  });

  it.each([
    ['no name', 'Use it so:\n```js\nimport x\n```\n'],
    ['a shell command', 'Run this:\n```bash\nnpm test\n```\n'],
    ['a shell command below a file name', 'src/a.ts\n```bash\nnode src/a.ts\n```\n'],
    ['output', 'This prints:\n```console\nok\n```\n'],
    ['a sentence that names a file unknown', 'Like in `other/x.ts`, we do:\n```js\nx\n```\n'],
    ['lines to add', 'Add this to your `setup.py` file:\n```\nx\n```\n'],
    ['a method in backticks', 'Call `foo.bar` like this:\n```js\nx\n```\n'],
    ['a version', '1.2.3\n```\nx\n```\n'],
    ['an address', 'https://example.org/a.js\n```\nx\n```\n'],
    ['a comment that is a sentence', '```ts\n// see src/a.ts for more\nx\n```\n'],
    ['a title in Markdown', '```md\n# README.md\n```\n'],
    ['an inline code line', '`npm test`\n'],
  ])('are not made of %s', (_, reply) => {
    expect(parse(reply)).toEqual({ edits: [], malformed: [] });
  });

  it('are not cut short by a reply that was cut off', () => {
    expect(parse('README.md\n```md\nx\n```\nsrc/a.ts\n```ts\nx\nhal', true)).toMatchObject({
      edits: [{ path: 'README.md' }],
      malformed: [{ path: 'src/a.ts', reason: expect.stringContaining('cut off') }],
    });
  });

  it('take the first excerpt of a file and none beside a real block', () => {
    const example = 'Like `src/a.ts`:\n```\nx\n```\n';
    expect(parse(example + example.replace('x', 'y')).edits).toMatchObject([{ content: 'x\n' }]);
    expect(parse(`${example}src/a.ts\n\`\`\`\nreal\n\`\`\`\n`).edits).toMatchObject([{ content: 'real\n' }]);
  });
});
