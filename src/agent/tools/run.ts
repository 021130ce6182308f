import { runForModel } from '../run-command.ts';
import type { Tool } from './tool.ts';
import { number, offer, text } from './tool.ts';

export const runTool: Tool = {
  offer: offer(
    'run',
    'Run a shell command at the root of the repository, such as its tests.',
    {
      command: { type: 'string' },
      timeout: { type: 'integer', description: 'seconds, default 60, at most 300' },
    },
    ['command'],
  ),
  subject: (args) => text(args, 'command'),
  use: (args, hands, signal) =>
    runForModel(hands, { command: text(args, 'command'), seconds: number(args, 'timeout') }, signal),
};
