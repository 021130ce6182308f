// `npm run test:trials`: ten tickets on three repositories, worked on by models that are scripted to be good and bad in
// ten ways; everything else is real: worktrees, sandbox, edits, checks, guards. Prints what came of each, and fails when
// that is anything but what must come of it.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { openWorkshop } from '../../src/app/workshop/open-workshop.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import type { Event } from '../../src/domain/event.ts';
import type { Made, Plan } from '../../src/domain/run.ts';
import { createGuard } from '../../src/guard/inspect-change.ts';
import { treeContents } from '../../src/workspace/tree-contents.ts';
import { findProgram } from '../../src/workspace/sandbox.ts';
import { loadWritten } from '../support/config-root.ts';
import { withTools } from '../support/coding-bench.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { makeRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';
import { plainRoute } from '../support/plain-routing.ts';
import { realClock } from '../support/real-clock.ts';
import { scriptedModel } from '../support/scripted-model.ts';
import type { Trial } from './trials.ts';
import { trials } from './trials.ts';

const path = process.env['PATH'] ?? '/usr/bin:/bin';
const model = 'ollama/scripted';
const rows = [['#', 'repository', 'ticket', 'the model …', 'outcome', 'requests', 'steps']];
let faults = 0;

for (const [index, trial] of trials.entries()) {
  const row = [`${index + 1}`, trial.sample.name, trial.title, trial.model];
  if ((await findProgram(trial.sample.program, path)) === null) {
    rows.push([...row, `skipped: ${trial.sample.program} is not installed`, '', '']);
    continue;
  }
  const { outcome, faulty, requests, steps } = await tryOne(trial);
  if (faulty !== null) {
    faults += 1;
    process.stderr.write(`${index + 1} ${trial.title}: ${faulty}\n`);
  }
  rows.push([...row, outcome, `${requests}`, steps.join(', ')]);
}
process.stdout.write(`${table(rows)}\n`);
process.exitCode = faults > 0 ? 1 : 0;

type Tried = { outcome: string; faulty: string | null; requests: number; steps: string[] };

async function tryOne(trial: Trial): Promise<Tried> {
  const files = Object.fromEntries(
    Object.entries(trial.sample.files).map(([name, text]) => [
      name,
      name.endsWith('.sh') ? { executable: text } : text,
    ]),
  );
  const samples = await makeRepository({ files });
  try {
    const { config } = loadWritten(samples.root, { codeReview: { enabled: false } });
    const repository = await openTestRepository(samples);
    const scripted = scriptedModel(trial.answers, trial.tools ? withTools : {});
    const events: Event[] = [];
    const workshop = await openWorkshop({
      ...{ config, repository, env: { PATH: path, HOME: homedir() }, clock: realClock, answers: null },
      paths: {
        ...resolvePaths(config, samples.root, { HOME: samples.home }),
        worktrees: join(samples.home, 'worktrees'),
      },
      model: { ...scripted, list: () => Promise.resolve([]), digest: () => '' },
      guard: createGuard({ ...config.guard, knownSecrets: [], contents: treeContents(repository.own) }),
      ...{
        observe: (event) => void events.push(event),
        record: () => Promise.resolve(),
        warn: () => undefined,
        kept: { keep: () => undefined, report: () => null },
      },
    });
    const { title, brief } = trial;
    const order = {
      identity: { key: 'a'.repeat(64), id: 'task-1', created: '' },
      ...{ runId: 'trial', file: 'task-1.md', plan: planOf(trial) },
      task: { id: 'task-1', title, brief, criteria: [], notes: '' },
    };
    const made = await workshop.makeChange(order, AbortSignal.timeout(300_000), () => Promise.resolve());
    const steps = events.flatMap((event) => (event.type === 'agent:step' ? [event.action] : []));
    const outcome = outcomeOf(made);
    const faulty =
      outcome === trial.outcome ? await lacking(made, trial, samples) : `${outcome}: ${whyOf(made)}`;
    return { outcome, faulty, requests: scripted.requests.length, steps };
  } finally {
    await samples.remove();
  }
}

function planOf({ sample }: Trial): Plan {
  const spent = { input: 0, output: 0, requests: 0, usd: 0, minutes: 0 };
  return {
    ...{ model, models: [model], recipe: null, escalation: [], route: plainRoute, reviewer: null },
    ...{
      protocol: 'auto',
      protocols: {},
      base: null,
      branch: 'ticket/trial',
      maxSteps: null,
      minutes: 5,
      tokens: null,
    },
    checks: [{ name: 'test', run: sample.check, timeout: 120_000 }],
    review: { strictness: 'medium', blockOnCritical: true, onBlock: 'fix', maxRounds: 0 },
    budget: { limits: {}, used: { spent, attempts: 1 }, alertAt: 0.8 },
  };
}

function outcomeOf(made: Made): string {
  if (made.kind === 'publish') return 'published';
  return made.kind === 'hold' ? made.code : made.failure.code;
}

function whyOf(made: Made): string {
  if (made.kind === 'publish') return 'nothing was wrong with it';
  return made.kind === 'hold' ? made.reason : made.failure.message;
}

/** What the change should say and does not; null when it says all. */
async function lacking({ change }: Made, { holds }: Trial, samples: TestRepository): Promise<string | null> {
  for (const [file, pattern] of Object.entries(holds)) {
    const text = await samples.git('show', `${change?.tree ?? ''}:${file}`);
    if (!pattern.test(text)) return `${file} does not match ${String(pattern)}:\n${text}`;
  }
  const outside = (change?.files ?? []).map((each) => each.path).filter((each) => !(each in holds));
  return outside.length === 0 ? null : `changed besides: ${outside.join(', ')}`;
}

function table([head = [], ...body]: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
