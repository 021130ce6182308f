import type { Command } from 'commander';
import type { Explanation } from '../domain/command.ts';
import type { Plan } from '../domain/run.ts';
import { forLine } from '../domain/untrusted.ts';
import { examples } from './examples.ts';
import type { Tone } from './output.ts';
import type { Run, Session } from './session.ts';

export function addExplainCommand(program: Command, run: Run): void {
  program
    .command('explain')
    .description('why a ticket is, or is not, being worked on, and what it waits for')
    .argument('<id>', "the ticket's id, or the name of its file")
    .addHelpText('after', examples('explain task-12'))
    .action(run(explain));
}

const tones: Record<Explanation['verdict'], Tone> = {
  running: 'good',
  ready: 'good',
  wait: 'warn',
  hold: 'bad',
  ended: 'plain',
};

async function explain({ house, output, signal }: Session, id: string): Promise<number> {
  const explained = await (await house()).act('explain', { id }, signal);
  const { json, print, printJson, paint } = output;
  if (json) {
    await printJson(explained);
    return 0;
  }
  const { state, file, verdict, reason, plan } = explained;
  await print(`${paint('strong', forLine(explained.id, 80))}  ${state}: ${forLine(file, 300)}`);
  await print(`  ${paint(tones[verdict], verdict)}: ${forLine(reason, 1000)}`);
  for (const [name, value] of plan === null ? [] : factsOf(plan)) {
    await print(`  ${name.padEnd(9)} ${forLine(value, 500)}`);
  }
  return 0;
}

function factsOf({ model, protocol, reviewer, branch, base, checks, minutes }: Plan): [string, string][] {
  return [
    ['model', `${model} (protocol ${protocol})`],
    ['reviewer', reviewer ?? 'none'],
    ['branch', `${branch}, from ${base ?? "the repository's base branch"}`],
    [
      'checks',
      checks === null ? 'those found in the repository' : checks.map(({ name }) => name).join(', ') || 'none',
    ],
    ['limit', `${minutes} minutes`],
  ];
}
