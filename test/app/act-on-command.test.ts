import { describe, expect, it } from '@jest/globals';
import { checkArgs } from '../../src/app/act-on-command.ts';

describe('the arguments of a command', () => {
  it('are passed on as they are', () => {
    const args = { id: 'task-1', diff: true };
    expect(checkArgs('show', args)).toBe(args);
    expect(checkArgs('pause', {})).toEqual({});
  });

  it.each([
    ['show', {}],
    ['merge', { id: 1 }],
    ['cancel', null],
    ['status', 'x'],
  ] as const)('are refused where they could not be acted on: %s %j', (command, args) => {
    expect(() => checkArgs(command, args)).toThrow(
      `${command} needs the id of a ticket; found ${JSON.stringify(args)}.`,
    );
  });
});
