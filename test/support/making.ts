import type { CapturedTree, CheckReport, CheckResult } from '../../src/domain/change.ts';
import type { Event } from '../../src/domain/event.ts';
import type { Verdict } from '../../src/domain/review.ts';
import type { Made, Plan, Rework } from '../../src/domain/run.ts';
import type { MakePorts } from '../../src/pipeline/bench.ts';
import { makeChange } from '../../src/pipeline/make-change.ts';
import type { CodingJob, CodingOutcome, CodingSession, Refusal, Workspace } from '../../src/ports.ts';
import { plainRoute } from './plain-routing.ts';
import type { ManualClock } from './clock.ts';
import { manualClock } from './clock.ts';

const usage = { input: 10, output: 1 };

/** One stretch of the coder, or of a recipe: what the worktree holds after it (empty: nothing), and how it ended. */
export type Stretch = {
  text?: string;
  ended?: Partial<CodingOutcome> & { end: CodingOutcome['end'] };
  /** In place of all that. */
  instead?: (signal: AbortSignal) => Promise<never>;
};

export type Making = {
  stretches: Stretch[];
  /** What each run of the checks came to. */
  checks?: CheckResult[][];
  refusals?: Refusal[][];
  verdicts?: (Partial<Verdict> | Error)[];
  plan?: Partial<Plan>;
  /** What is asked of an earlier change, and what that comes to on the base as it is now. */
  rework?: { asked: Rework; begunWith: NonNullable<Workspace['begunWith']> };
  keepFailed?: boolean;
  /** Changes of the ports that a test wants otherwise. */
  ports?: (ports: MakePorts, clock: ManualClock) => Partial<MakePorts>;
  signal?: AbortSignal;
};

export type MadeSo = {
  made: Made;
  events: Event[];
  /** What the coder, or a recipe, was told, the first time nothing. */
  said: (string | null)[];
  restored: string[];
  reviewed: string[];
  closed: { keep: boolean }[];
};

/** Makes a change with prepared parts; each list is used in turn, its last entry again and again. */
export async function make(making: Making): Promise<MadeSo> {
  const clock = manualClock();
  const seen: Omit<MadeSo, 'made'> = { events: [], said: [], restored: [], reviewed: [], closed: [] };
  let now: Stretch = {};
  const { rework } = making;
  const workspace: Workspace = {
    directory: '/nowhere',
    base: { branch: 'main', sha: 'base' },
    ...(rework === undefined ? {} : { begunWith: rework.begunWith }),
    capture: () => Promise.resolve(capturedOf(now.text ?? '')),
    restore: (tree) => Promise.resolve(void seen.restored.push(tree)),
    run: () => Promise.reject(new Error('no command is expected')),
    close: (options) => Promise.resolve(void seen.closed.push(options)),
  };
  const stretch = inTurn(making.stretches);
  const checks = inTurn(making.checks ?? [[]]);
  const refusals = inTurn(making.refusals ?? [[]]);
  const verdicts = inTurn(making.verdicts ?? [{}]);
  const begin = ({ onStep }: Pick<CodingJob, 'onStep'>, speak: () => void): CodingSession => ({
    async work(feedback, signal) {
      seen.said.push(feedback);
      now = stretch();
      if (now.instead !== undefined) return now.instead(signal);
      onStep({ step: seen.said.length, action: 'edit', detail: 'a.ts' });
      speak();
      return outcomeOf(now.ended ?? { end: 'finished' });
    },
  });
  const ports: MakePorts = {
    workspaces: { open: () => Promise.resolve(workspace) },
    coder: { begin: (job) => begin(job, () => job.onText(job.model)) },
    recipes: { begin: (job) => begin(job, () => undefined) },
    checks: { run: (_workspace, tree) => Promise.resolve<CheckReport>({ tree, results: checks() }) },
    guard: {
      inspect: () => Promise.resolve({ refusals: refusals(), remarks: [] }),
      inspectTexts: () => Promise.resolve([]),
    },
    reviewer: {
      review({ change }) {
        seen.reviewed.push(change.tree);
        const verdict = verdicts();
        if (verdict instanceof Error) return Promise.reject(verdict);
        return Promise.resolve(verdictOn(change.tree, verdict));
      },
    },
    clock,
    observe: (event) => void seen.events.push(event),
    keepFailed: making.keepFailed ?? false,
  };
  const order = {
    identity: { key: 'k'.repeat(64), id: 'task-1', created: '' },
    runId: 'run-1',
    task: { id: 'task-1', title: 'Greet', brief: 'Greet people.', criteria: [], notes: '' },
    plan: { ...plain, ...making.plan },
    file: 'task-1.md',
    ...(rework === undefined ? {} : { rework: rework.asked }),
  };
  const signal = making.signal ?? new AbortController().signal;
  const made = await makeChange(order, { ...ports, ...making.ports?.(ports, clock) }, signal);
  return { made, ...seen };
}

function inTurn<Item>(items: readonly Item[]): () => Item {
  let next = 0;
  return () => {
    const item = items[Math.min(next, items.length - 1)];
    next += 1;
    if (item === undefined) throw new Error('nothing is prepared');
    return item;
  };
}

export function capturedOf(text: string): CapturedTree {
  const file = { status: 'modified', oldMode: '100644', newMode: '100644', binary: false } as const;
  const files = text === '' ? [] : [{ ...file, path: 'a.ts', added: 1, removed: 0 }];
  return { tree: `tree of ${text}`, diff: text, files };
}

function outcomeOf(ended: Partial<CodingOutcome> & { end: CodingOutcome['end'] }): CodingOutcome {
  const filled = {
    summary: 'Done.',
    usage,
    requests: 1,
    reason: 'so it is',
    question: 'which?',
    code: 'MODEL_LIMIT',
  };
  return { ...filled, ...ended } as CodingOutcome;
}

function verdictOn(tree: string, verdict: Partial<Verdict>): Verdict {
  return { tree, model: 'judge', summary: 'Seen.', findings: [], usage, requests: 1, ...verdict };
}

const plain: Plan = {
  model: 'coder',
  models: ['coder'],
  recipe: null,
  escalation: [],
  route: plainRoute,
  reviewer: 'judge',
  protocol: 'auto',
  protocols: {},
  base: null,
  branch: 'ticket/task-1-kkkkkkkk',
  checks: null,
  review: { strictness: 'medium', blockOnCritical: true, onBlock: 'fix', maxRounds: 2 },
  maxSteps: null,
  minutes: 60,
  tokens: null,
  budget: {
    limits: {},
    used: { spent: { input: 0, output: 0, requests: 0, usd: 0, minutes: 0 }, attempts: 1 },
    alertAt: 0.8,
  },
};
