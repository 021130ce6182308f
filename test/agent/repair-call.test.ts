import { describe, expect, it } from '@jest/globals';
import { knownToolName, repairCall } from '../../src/agent/repair-call.ts';
import { allTools } from '../../src/agent/tools/all-tools.ts';

const offers = allTools.map(({ offer }) => offer);
const repair = (name: string, args: Record<string, unknown>) => repairCall({ name, arguments: args }, offers);

describe('knownToolName', () => {
  it.each([
    ['read', 'read'],
    ['READ', 'read'],
    ['read_file', 'read'],
    ['functions.view', 'read'],
    ['default_api:bash', 'run'],
    ['write_to_file', 'write'],
    ['str_replace', 'edit'],
    ['listDir', 'list'],
    ['grep', 'search'],
    ['attempt_completion', 'done'],
    ['constructor', undefined],
    ['deploy', undefined],
  ])('%s means %s', (name, ours) => {
    expect(knownToolName(name)).toBe(ours);
  });
});

describe('repairCall', () => {
  it.each<[string, Record<string, unknown>, string, Record<string, unknown>]>([
    ['read_file', { file_path: 'a.ts', limit: '20' }, 'read', { path: 'a.ts', lines: 20 }],
    ['edit', { filename: 'a', search: 'x', replace: 'y' }, 'edit', { path: 'a', old: 'x', new: 'y' }],
    [
      'edit',
      { path: 'a', oldText: ['x', 'y'], newText: '', replace_all: 'true' },
      'edit',
      { path: 'a', old: 'x\ny', new: '', all: true },
    ],
    [
      'search',
      { query: 'x', directory: 'src', regex: false },
      'search',
      { pattern: 'x', path: 'src', regex: false },
    ],
    [
      'create_file',
      { filePath: 'a.json', content: { a: 1 } },
      'write',
      { path: 'a.json', content: '{\n  "a": 1\n}\n' },
    ],
    ['bash', { cmd: ['npm', 'test'], timeout: 'soon' }, 'run', { command: 'npm\ntest' }],
    ['ls', {}, 'list', {}],
    ['read', { input: { path: 'a' } }, 'read', { path: 'a' }],
    ['read', { arguments: '{"path": "a",}' }, 'read', { path: 'a' }],
    ['done', { message: 'ok', extra: 1, question: null }, 'done', { summary: 'ok' }],
    [
      'str_replace_editor',
      { command: 'create', path: 'a', file_text: 'x' },
      'write',
      { path: 'a', content: 'x' },
    ],
    ['read', { path: 7 }, 'read', { path: '7' }],
  ])('understands %s %j', (name, args, ours, repaired) => {
    expect(repair(name, args)).toEqual({ ok: true, call: { name: ours, arguments: repaired } });
  });

  it('prefers the argument that has our name', () => {
    expect(repair('read', { file: 'b', path: 'a' })).toMatchObject({ call: { arguments: { path: 'a' } } });
  });

  it('keeps the id of the call', () => {
    expect(repairCall({ id: '7', name: 'list', arguments: {} }, offers)).toMatchObject({ call: { id: '7' } });
  });

  it('says what is missing and how to go on', () => {
    expect(repair('edit', { path: 'a', old: 'x' })).toEqual({
      ok: false,
      name: 'edit',
      problem:
        'edit needs "new". Its arguments are: path, old, new, all?. Call it again with all that it needs. To delete lines, give "new" as an empty string.',
    });
    expect(repair('read', { arguments: 'no JSON' })).toMatchObject({ ok: false });
  });
});
