import { describe, expect, it } from '@jest/globals';
import type { Layer } from '../../src/config/layer.ts';
import type { Tree } from '../../src/config/tree.ts';
import { validate } from '../../src/config/validate.ts';

function check(values: Tree) {
  const layer: Layer = { values, renamed: new Map(), place: (path) => `here:${path.join('/')}` };
  return validate(values, { layers: [layer] });
}

describe('validate', () => {
  it('fills in the defaults', () => {
    const { config, faults, warnings } = check({ server: { port: 1 } });
    expect(config.server).toEqual({ enabled: true, host: '127.0.0.1', port: 1, allowedHosts: [] });
    expect([faults, warnings]).toEqual([[], []]);
  });

  it('leaves unknown keys out, with a warning that guesses what was meant', () => {
    const { config, faults, warnings } = check({
      procesing: { concurrency: 3 },
      concurrency: 2,
      server: { prot: 1, port: 2 },
      checks: { t: { run: ['x'], tiemout: 1 } },
      gibberish: null,
    });
    expect(faults).toEqual([]);
    expect(config.server.port).toBe(2);
    expect(config.processing.concurrency).toBe(1);
    expect([...warnings].sort()).toEqual([
      '`checks.t.tiemout` (here:checks/t/tiemout) is no known key and is ignored; did you mean `checks.t.timeout`?',
      '`concurrency` (here:concurrency) is no known key and is ignored; did you mean `processing.concurrency`?',
      '`gibberish` (here:gibberish) is no known key and is ignored.',
      '`procesing` (here:procesing) is no known key and is ignored; did you mean `processing`?',
      '`server.prot` (here:server/prot) is no known key and is ignored; did you mean `server.port`?',
    ]);
  });

  it('tells all faults at once, beside the warnings', () => {
    const { faults, warnings } = check({ server: { port: -1, host: 5 }, git: [], colour: 1 });
    expect(faults.map(({ path }) => path).sort()).toEqual(['git', 'server.host', 'server.port']);
    expect(warnings).toHaveLength(1);
  });

  it('puts the default in place of a faulty value, and keeps the rest', () => {
    const { config } = check({ server: { port: -1, host: '::1' }, ollama: { hosts: ['a', ''] } });
    expect(config.server).toMatchObject({ port: 3001, host: '::1' });
    expect(config.ollama.hosts).toEqual(['http://127.0.0.1:11434']);
  });

  it('leaves out an entry that lacks a key it needs, also when that key itself was at fault', () => {
    const { config, faults } = check({ checks: { a: {}, b: { run: [''] }, c: { run: ['x'] } } });
    expect(Object.keys(config.checks ?? {})).toEqual(['c']);
    expect(faults.map(({ path, found }) => [path, found])).toEqual([
      ['checks.a.run', 'nothing'],
      ['checks.b.run', '[""]'],
    ]);
  });

  it.each([
    [{ processing: { concurrency: '3' } }, 'write it without quotes, or remove it for the default 1'],
    [{ server: { enabled: 'true' } }, 'write it without quotes, or remove it for the default true'],
    [{ server: { enabled: 'yes' } }, 'correct it, or remove it for the default true'],
    [
      { codeReview: { onBlock: 'fixx' } },
      'did you mean "fix"? Correct it, or remove it for the default "fix"',
    ],
    [{ codeReview: { model: 5 } }, 'correct it'],
    [{ server: 5 }, 'correct it'],
    [{ checks: { 'a b': { run: ['x'] } } }, 'rename it'],
    [{ checks: { a: {} } }, 'add it'],
  ])('says of %j what to do', (tree, advice) => {
    expect(check(tree).faults.map((fault) => fault.advice)).toEqual([advice]);
  });

  it('shows the name of an entry when the name is at fault', () => {
    expect(check({ models: { 'a b': {} } }).faults).toEqual([
      {
        path: 'models["a b"]',
        place: 'here:models/a b',
        found: '"a b"',
        expected: 'a model id without spaces, such as ollama/qwen3:8b',
        advice: 'rename it',
      },
    ]);
  });
});
