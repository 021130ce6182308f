import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ToolOrder } from '../../domain/tool-order.ts';
import type { CodingJob, CodingOutcome, Coder, CommandResult } from '../../ports.ts';
import { asksToSplit, finished, statedEnding, type Ended } from '../ending.ts';
import { describeFeedback, describeTask } from '../task-prompt.ts';
import { readStream, type Said } from './read-stream.ts';
import type { CliContext, CliTemplate } from './cli-template.ts';
import { projectSettings } from './project-settings.ts';

export type CliCoderOptions = {
  template: CliTemplate;
  /** Address of the model server, without a path. */
  server: string;
  /** Context window of the model, in tokens. */
  window: number;
  /** It uses a person's own login; then it runs without walls, as that person would run it. */
  ownLogin: boolean;
  /** Told what it says it has used where its work is cut short. */
  onCutShort?: (used: Pick<CodingOutcome, 'usage' | 'requests'>) => void;
};

/** A silent program still thinks: its model may need long for a first word. */
const quietMs = 900_000;
/** The run's own limit ends it much earlier. */
const longestMs = 24 * 3_600_000;
/** Bytes: an argument holds 128 KiB, and several programs take the task as one. */
const longestPrompt = 120_000;
const prepareMs = 60_000;

/** Lets a coding CLI of somebody else make the change. What it says of itself explains; the worktree alone counts. */
export function createCliCoder(options: CliCoderOptions): Coder {
  return { begin: (job) => ({ work: (feedback, signal) => work(options, job, { feedback, signal }) }) };
}

type Stretch = { feedback: string | null; signal: AbortSignal };

async function work(options: CliCoderOptions, job: CodingJob, stretch: Stretch): Promise<CodingOutcome> {
  const { template, window } = options;
  const { workspace } = job;
  const none = { summary: '', usage: { input: 0, output: 0 }, requests: 0 };
  if (!options.ownLogin && window < template.minContext) {
    const reason = `${template.bin} needs a context window of ${template.minContext} tokens; ${job.model} has ${window}.`;
    return { ...none, end: 'gave-up', code: 'AGENT_UNAVAILABLE', reason };
  }
  const before = new Set(await readdir(workspace.directory));
  const ran = await runAll(options, job, stretch);
  await removeLitter(template, workspace.directory, before);
  const said = readStream(template.reads, ran.tool?.stdout ?? '');
  job.onStep({ step: 1, action: template.bin, detail: said.summary.slice(0, 120) });
  const problem = problemOf(template, ran, said);
  if (problem === null) return { ...endingOf(said), ...resultOf(said) };
  const { files } = await workspace.capture(stretch.signal);
  // Many end badly after they did well; whether they did is for the checks to say.
  if (files.length > 0 && problem.code === 'AGENT_FAILED')
    return {
      end: 'finished',
      ...resultOf({ ...said, summary: `${said.summary}\n\n${problem.reason}`.trim() }),
    };
  return { end: 'gave-up', ...resultOf(said), ...problem };
}

/** What it asks or says in its last words counts like those of our own coder; a task that it shows again is not its own. */
function endingOf({ last }: Said): Ended {
  const stated = statedEnding(last.split(manners).at(-1) ?? '') ?? finished('');
  return stated.end === 'too-large' ? asksToSplit(stated.reason) : stated;
}

function resultOf({ summary, usage, requests }: Said): Pick<CodingOutcome, 'summary' | 'usage' | 'requests'> {
  return { summary, usage, requests };
}

async function runAll(
  options: CliCoderOptions,
  job: CodingJob,
  { feedback, signal }: Stretch,
): Promise<CommandResult> {
  const { template, ownLogin } = options;
  const prompt = promptOf(job.task, feedback, 80_000);
  const order = (make: (context: CliContext) => string[]): ToolOrder => ({
    server: ownLogin ? null : options.server,
    ownLogin,
    hides: template.trustsProject === true ? [] : projectSettings,
    quietMs,
    onAborted: (stdout) => options.onCutShort?.(readStream(template.reads, stdout)),
    arrange: (place) => arrange(options, job, { prompt, place, make }),
  });
  const run = (make: (context: CliContext) => string[], timeoutMs: number): Promise<CommandResult> =>
    job.workspace.run({ argv: [template.bin], timeoutMs, tool: order(make) }, signal);
  if (template.prepare !== undefined && !ownLogin) {
    const prepared = await run(template.prepare, prepareMs);
    if (prepared.exitCode !== 0) return prepared;
  }
  return run(template.args, longestMs);
}

/** `room` counts characters, which may be of several bytes: then less is said. */
function promptOf(task: CodingJob['task'], feedback: string | null, room: number): string {
  const parts = [
    describeTask(task, Math.floor(room * 0.75)),
    feedback !== null && describeFeedback(feedback, Math.floor(room * 0.25)),
    manners,
  ];
  const prompt = parts.filter((part) => part !== false).join('\n\n');
  const fits = Buffer.byteLength(prompt) <= longestPrompt || room < 1000;
  return fits ? prompt : promptOf(task, feedback, Math.floor(room / 2));
}

const manners =
  'Make this change in the files of the current directory. Do not commit or push: that is done for you. Nobody answers questions while you work. If only a person can decide something first, change nothing and end with a line `QUESTION:` and what. If nothing needs to change, end with a line `NO CHANGE NEEDED:` and the reason.';

function arrange(
  { template, window, ownLogin }: CliCoderOptions,
  job: CodingJob,
  {
    prompt,
    place,
    make,
  }: { prompt: string; place: Parameters<ToolOrder['arrange']>[0]; make: CliTemplate['args'] },
): ReturnType<ToolOrder['arrange']> {
  const context: CliContext = {
    prompt,
    promptFile: `${place.home}/prompt.md`,
    cwd: job.workspace.directory,
    model: job.model.replace(/^ollama\//, ''),
    baseUrl: place.server,
    home: place.home,
    window,
    walled: place.walled,
    ownLogin,
  };
  const files = [...(template.files?.(context) ?? []), { path: 'prompt.md', text: prompt }];
  const input = template.promptVia === 'stdin' ? { input: prompt } : {};
  return { args: make(context), env: template.env(context), files, ...input };
}

type Problem = { code: 'AGENT_UNAVAILABLE' | 'AGENT_FAILED' | 'MODEL_LIMIT'; reason: string };

function problemOf({ bin }: CliTemplate, ran: CommandResult, { problem }: Said): Problem | null {
  if (ran.exitCode === 127)
    return {
      code: 'AGENT_UNAVAILABLE',
      reason: `\`${bin}\` cannot be run: ${ran.output.trim().slice(-300)}`,
    };
  if (ran.tool?.stalled === true)
    return { code: 'MODEL_LIMIT', reason: `\`${bin}\` said nothing for ${quietMs / 60_000} minutes.` };
  if (ran.timedOut) return { code: 'MODEL_LIMIT', reason: `\`${bin}\` did not end in time.` };
  if (problem !== null) return { code: 'AGENT_FAILED', reason: `\`${bin}\` failed: ${problem}` };
  if (ran.exitCode === 0) return null;
  const last = ran.output.trim().slice(-400);
  return { code: 'AGENT_FAILED', reason: `\`${bin}\` exited ${ran.exitCode ?? 'by a signal'}: ${last}` };
}

async function removeLitter(
  { litter }: CliTemplate,
  directory: string,
  before: ReadonlySet<string>,
): Promise<void> {
  for (const name of await readdir(directory)) {
    if (before.has(name) || !litter.some((pattern) => pattern.test(name))) continue;
    await rm(join(directory, name), { recursive: true, force: true });
  }
}
