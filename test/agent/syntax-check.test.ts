import { describe, expect, it } from '@jest/globals';
import { checkSyntax } from '../../src/agent/syntax-check.ts';
import { plainWorkspace } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();

async function check(path: string, text: string) {
  const workspace = await plainWorkspace(directory(), { [path]: text });
  return { problem: await checkSyntax(workspace, path, new AbortController().signal), workspace };
}

describe('checkSyntax', () => {
  it.each([
    ['a.js', 'const x = ;\n', "SyntaxError: Unexpected token ';'"],
    ['a.mjs', 'import x from;\n', 'SyntaxError'],
    ['a.json', '{"a": 1,}', 'position'],
    ['-x.js', 'const x = ;\n', 'SyntaxError'],
    ['a.ts', 'let a = 1;\nfunction f( {\n  return 1;\n}\n', ':3\nfunction f( {\n  return 1;'],
    ['-x.mts', 'const x: = 1;\n', 'SyntaxError [ERR_INVALID_TYPESCRIPT_SYNTAX]: '],
  ])('says what is wrong with %s', async (path, text, words) => {
    const { problem } = await check(path, text);
    expect(problem).toContain(words);
    expect(problem?.split('\n').length).toBeLessThanOrEqual(8);
    expect(problem).not.toContain('node:internal');
  });

  it.each([
    ['a.js', 'const x = 1;\n'],
    ['a.json', '\uFEFF{"a": 1}'],
    ['tsconfig.base.json', '{ // comments are fine\n}'],
    ['a.ts', 'enum A { B }\nconst x = <string>y;\nimport f = require("f");\n'],
    ['a.tsx', 'const x = <p>;\n'],
    ['a.rs', 'fn ('],
    ['missing/', ''],
  ])('is content with %s', async (path, text) => {
    const name = path.endsWith('/') ? 'missing.json' : path;
    const { workspace } = await check(path.endsWith('/') ? 'x.json' : path, text);
    expect(await checkSyntax(workspace, name, new AbortController().signal)).toBeUndefined();
  });

  it('keeps silent when the parser itself cannot be had', async () => {
    const { workspace } = await check('a.js', 'const x = ;');
    const without = {
      ...workspace,
      run: () => Promise.resolve({ exitCode: 127, output: 'node: not found', timedOut: false, elapsedMs: 1 }),
    };
    expect(await checkSyntax(without, 'a.js', new AbortController().signal)).toBeUndefined();
  });

  it('parses Python without running it or leaving anything behind', async () => {
    const output = '  File "./a.py", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax\n';
    const { workspace } = await check('a.py', 'def f(:\n');
    const asked: string[][] = [];
    const python = {
      ...workspace,
      run: ({ argv }: { argv: string[] }) => {
        asked.push(argv);
        return Promise.resolve({ exitCode: 1, output, timedOut: false, elapsedMs: 1 });
      },
    };
    const problem = await checkSyntax(python, 'a.py', new AbortController().signal);
    expect(problem).toContain('SyntaxError: invalid syntax');
    expect(asked).toEqual([['python3', '-I', '-c', expect.stringContaining('ast.parse'), './a.py']]);
  });
});
