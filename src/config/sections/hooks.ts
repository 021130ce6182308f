import { argv } from './work.ts';
import { group, list, milliseconds } from './values.ts';

const command = group({
  run: argv.describe('The command as a list of texts, program first. No shell takes part.'),
  timeout: milliseconds(100).default(60_000).describe('Longest time of the command, in ms.'),
});

const at = (moment: string) => list(command).default([]).describe(`Commands run ${moment}`);
const gate = (step: string) => at(`before ${step}; one that does not end with 0 refuses that.`);

export const hooks = group({
  'ticket:claimed': at('when a ticket is taken.'),
  'worktree:created': at('in turn when a worktree is there, before the coder begins.'),
  'agent:before': gate('each stretch of the coder'),
  'agent:after': at('after each stretch of the coder.'),
  'checks:before': gate('the checks'),
  'checks:after': at('after the checks.'),
  'review:after': at('after a review.'),
  'commit:before': gate('a change is committed on its branch'),
  'push:before': gate('a branch is pushed'),
  'pr:opened': at('when a pull request is opened.'),
  'ticket:done': at('when a ticket is done.'),
  'ticket:failed': at('when a ticket failed.'),
  'circuit:changed': at('when a model server is left alone, tried again or trusted again.'),
});
