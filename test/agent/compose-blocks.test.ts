import { describe, expect, it } from '@jest/globals';
import { composeEdit, composeLocate, type BlocksTurn } from '../../src/agent/compose-blocks.ts';
import { greetTask } from '../support/coding-bench.ts';

const repository = [
  { path: 'a.ts', text: 'export function alpha() {}\n' },
  { path: 'b.ts', text: 'export function beta() {}\n' },
  { path: 'c.png', text: undefined },
];

const turn: BlocksTurn = {
  task: greetTask,
  repository,
  instructions: [],
  instruction: 'Change it.',
  chosen: ['b.ts', 'gone.ts', 'c.png'],
  lines: new Map(),
  feedback: null,
  notes: [],
  request: 'Make the change.',
};

const user = ({ messages }: ReturnType<typeof composeEdit>) => messages[1]?.content ?? '';

describe('composeLocate', () => {
  it('asks with an outline and no contents', () => {
    const definitions = [{ path: 'a.ts', name: 'alpha', row: 0, line: 'export function alpha()', rank: 1 }];
    const map = { paths: repository.map(({ path }) => path), likely: ['b.ts'], definitions };
    const text = user(composeLocate({ ...turn, map }, 8000));
    expect(text).toContain('b.ts\na.ts\n  export function alpha()\nc.png');
    expect(text).toMatch(/FILES: path\n\nIf you need none of them, answer with the edits\.$/);
  });
});

describe('composeEdit', () => {
  it('shows the chosen files that can be shown, names the others, and ends with what is wanted', () => {
    const composed = composeEdit(turn, 8000);
    const text = user(composed);
    expect(composed.whole).toEqual(['b.ts']);
    expect(text).toContain('b.ts\n```\nexport function beta() {}\n```');
    expect(text).toContain('# Other files\n\na.ts\nc.png');
    expect(text.endsWith('Make the change.')).toBe(true);
  });

  it('keeps the order task, feedback, notes, files', () => {
    const text = user(composeEdit({ ...turn, feedback: 'The check fails.', notes: ['RUN: ls'] }, 8000));
    const places = ['# Task', '# Feedback', '# What you asked for', '# Files as they are now'].map((each) =>
      text.indexOf(each),
    );
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBe(0);
  });

  it.each([6000, 9000, 20_000])('keeps within %d bytes, whatever there is to say', (room) => {
    const long = 'many words '.repeat(4000);
    const files = Array.from({ length: 40 }, (_, index) => ({ path: `f${index}.ts`, text: long }));
    const full = {
      ...turn,
      task: { ...greetTask, brief: long, notes: long },
      repository: files,
      chosen: files.map(({ path }) => path),
      feedback: long,
      notes: [long],
      request: long,
    };
    const bytes = Buffer.byteLength(
      composeEdit(full, room)
        .messages.map(({ content }) => content)
        .join(''),
    );
    expect(bytes).toBeLessThanOrEqual(room * 1.05);
  });
});
