import type { Mode } from '../domain/run.ts';
import { forLine } from '../domain/untrusted.ts';
import type { ChatModel, Coder, CodingJob, CodingSession, OutsideTool, Workspace } from '../ports.ts';
import type { Bench, Method } from './bench.ts';
import { openBlocksLoop } from './blocks-loop.ts';
import { gaveUp, type Ending } from './ending.ts';
import { workOrSplit } from './split.ts';
import { handsAt } from './hands.ts';
import { surveyRepository, type Survey } from './survey.ts';
import { openArchitectMethod, openAskMethod, type Planner } from './modes.ts';
import { openTalk, type Talk } from './talk.ts';
import { openToolsLoop } from './tools-loop.ts';

export type CoderOptions = {
  model: ChatModel;
  /** Context window in tokens that the model is loaded with, unless it allows less. */
  contextLength: number;
  /** Whether commands of the model may use the network. */
  network?: boolean;
  /** `code` where it is not said. */
  mode?: Mode;
  /** Opens the tools of others; asked once a session, by a model that calls tools. */
  outside?: (workspace: Workspace, signal: AbortSignal) => Promise<readonly OutsideTool[]>;
  /** Who plans in mode `architect`; the coding model itself where nobody is named. */
  planner?: Planner;
};

/** The built-in coder: it needs nothing but a model, and works by native tool calls or by edits in text. */
export function createCoder(options: CoderOptions): Coder {
  return { begin: (job) => beginSession(options, job) };
}

function beginSession(options: CoderOptions, job: CodingJob): CodingSession {
  let opened: Promise<Session> | undefined;
  return {
    async work(feedback, signal) {
      opened ??= open(options, job, signal);
      // A server that could not be asked this time may answer the next.
      const session = await opened.catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      const { planned, bench } = session;
      const { hands, talk } = bench;
      hands.touched.clear();
      hands.ranCommand = false;
      const work = () => workUntilEnded(session, feedback, signal);
      const ending = await workOrSplit(bench, { isFirst: feedback === null, work }, signal);
      return { ...ending, ...addCosts(talk.takeCosts(), planned?.takeCosts()) };
    },
  };
}

type Session = { bench: Bench; method: Method; planned: Talk | null };

type Costs = ReturnType<Talk['takeCosts']>;

function addCosts(coding: Costs, planning?: Costs): Costs {
  if (planning === undefined) return coding;
  const { usage, requests } = planning;
  return {
    usage: { input: coding.usage.input + usage.input, output: coding.usage.output + usage.output },
    requests: coding.requests + requests,
  };
}

async function open(options: CoderOptions, job: CodingJob, signal: AbortSignal): Promise<Session> {
  const facts = await options.model.facts(job.model, signal);
  const window = Math.min(options.contextLength, facts.contextLength ?? options.contextLength);
  const usesTools =
    job.protocol === 'tools' || (job.protocol === 'auto' && facts.capabilities.includes('tools'));
  const outside = usesTools ? await options.outside?.(job.workspace, signal) : undefined;
  const bench = benchFor(options, job, { window, outside: outside ?? [] });
  const openEditing = usesTools ? openToolsLoop : openBlocksLoop;
  switch (options.mode ?? 'code') {
    case 'code':
      return { bench, method: openEditing(bench), planned: null };
    case 'ask':
      return { bench, method: openAskMethod(bench), planned: null };
    case 'architect': {
      const planned = plannerTalk(options, job, bench);
      return { bench, method: openArchitectMethod(bench, planned, openEditing), planned: planned.talk };
    }
  }
}

function plannerTalk({ model, planner }: CoderOptions, job: CodingJob, bench: Bench) {
  if (planner === undefined) return { talk: bench.talk, name: job.model };
  const { model: name, contextLength } = planner;
  return { talk: openTalk({ model, job: { ...job, model: name }, window: contextLength }), name };
}

const longestDetail = 120;

function benchFor(
  options: CoderOptions,
  job: CodingJob,
  { window, outside }: { window: number; outside: readonly OutsideTool[] },
): Bench {
  const talk = openTalk({ model: options.model, job, window });
  const longestOutput = () => Math.max(800, Math.min(16_384, Math.floor(talk.room() * 0.3)));
  let step = 0;
  let survey: Promise<Survey> | undefined;
  return {
    job,
    talk,
    outside,
    hands: handsAt(job.workspace, { network: options.network ?? false, longestOutput }),
    survey: (signal) => (survey ??= surveyRepository(job.workspace.directory, job.task, signal)),
    nextTurn: () => ++step,
    report: (action, detail) =>
      job.onStep({ step, action: forLine(action, 40), detail: forLine(detail, longestDetail) }),
  };
}

async function workUntilEnded(
  session: Session,
  feedback: string | null,
  signal: AbortSignal,
): Promise<Ending> {
  const ending = await session.method.work(feedback, signal);
  if (ending !== 'switch') return ending;
  session.bench.report('switch', 'this model does not call tools; it goes on with edits in text');
  session.method = openBlocksLoop(session.bench);
  const again = await session.method.work(feedback, signal);
  return again === 'switch' ? gaveUp('INTERNAL', 'Neither protocol can be used.') : again;
}
