import { forLine } from '../domain/untrusted.ts';
import type { ChatModel, Coder, CodingJob, CodingSession } from '../ports.ts';
import type { Bench, Method } from './bench.ts';
import { openBlocksLoop } from './blocks-loop.ts';
import { gaveUp, type Ending } from './ending.ts';
import { handsAt } from './hands.ts';
import { surveyRepository, type Survey } from './survey.ts';
import { openTalk } from './talk.ts';
import { openToolsLoop } from './tools-loop.ts';

export type CoderOptions = {
  model: ChatModel;
  /** Context window in tokens that the model is loaded with, unless it allows less. */
  contextLength: number;
  /** Whether commands of the model may use the network. */
  network?: boolean;
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
      const { hands, talk } = session.bench;
      hands.touched.clear();
      hands.ranCommand = false;
      const ending = await workUntilEnded(session, feedback, signal);
      return { ...ending, ...talk.takeCosts() };
    },
  };
}

type Session = { bench: Bench; method: Method };

async function open(options: CoderOptions, job: CodingJob, signal: AbortSignal): Promise<Session> {
  const facts = await options.model.facts(job.model, signal);
  const window = Math.min(options.contextLength, facts.contextLength ?? options.contextLength);
  const bench = benchFor(options, job, window);
  const usesTools =
    job.protocol === 'tools' || (job.protocol === 'auto' && facts.capabilities.includes('tools'));
  return { bench, method: usesTools ? openToolsLoop(bench) : openBlocksLoop(bench) };
}

const longestDetail = 120;

function benchFor(options: CoderOptions, job: CodingJob, window: number): Bench {
  const talk = openTalk({ model: options.model, job, window });
  const longestOutput = () => Math.max(800, Math.min(16_384, Math.floor(talk.room() * 0.3)));
  let step = 0;
  let survey: Promise<Survey> | undefined;
  return {
    job,
    talk,
    hands: handsAt(job.workspace, { network: options.network ?? false, longestOutput }),
    survey: (signal) => (survey ??= surveyRepository(job.workspace.directory, job.task, signal)),
    nextTurn: () => {
      step += 1;
    },
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
