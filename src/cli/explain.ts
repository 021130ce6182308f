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

function factsOf(plan: Plan): [string, string][] {
  const { protocol, reviewer, branch, base, checks, minutes } = plan;
  return [
    ...whoOf(plan, protocol),
    ...laterOf(plan),
    ['reviewer', reviewer ?? 'none'],
    ['branch', `${branch}, from ${base ?? "the repository's base branch"}`],
    [
      'checks',
      checks === null ? 'those found in the repository' : checks.map(({ name }) => name).join(', ') || 'none',
    ],
    ['limit', `${minutes} minutes`],
  ];
}

/** A mechanical change by its pattern; else the first model, and why it is first. */
function whoOf(plan: Plan, protocol: string): [string, string][] {
  const { recipe, route, model, models } = plan;
  if (recipe === null)
    return [
      ['work', workOf(plan)],
      ['model', `${model} (protocol ${protocol}): ${route.why} (${route.strategy})`],
    ];
  const args = Object.entries(recipe.args).map(([name, value]) => `${name} ${value}`);
  return [
    ['fast path', `${[recipe.recipe, ...args].join(', ')}; no model is needed`],
    ['pattern', `${recipe.pattern} (confidence ${recipe.confidence})`],
    ['if not so', models[0] ?? 'it waits for a model'],
  ];
}

const foundBy: Record<Plan['route']['by'], string> = {
  pattern: 'the ticket says so',
  heuristics: 'by its words',
  history: 'as earlier tickets with its labels',
  model: 'as a model sees it',
  default: 'nothing tells more',
};

function workOf({ route: { category, complexity, by } }: Plan): string {
  return `${category}, ${complexity} complexity (${foundBy[by]})`;
}

/** Who is asked when the first model fails, and who when it makes no progress. */
function laterOf({ models, escalation }: Plan): [string, string][] {
  const [, ...others] = models;
  return [
    ...(others.length === 0 ? [] : [['then', others.join(', ')] satisfies [string, string]]),
    ...(escalation.length === 0 ? [] : [['climbs to', escalation.join(', ')] satisfies [string, string]]),
  ];
}
