import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type Step = {
  id?: string;
  name?: string;
  if?: string;
  uses?: string;
  shell?: string;
  run?: string;
  env?: Record<string, string>;
};

export type CompositeAction = {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs: Record<string, { description: string; value: string }>;
  runs: { using: string; steps: Step[] };
};

export function readAction(file: string): CompositeAction {
  return parse(readFileSync(file, 'utf8')) as CompositeAction;
}

export type Job = {
  /** What the workflow writes under `with`. */
  inputs: Record<string, string>;
  /** What a job of GitHub has in its environment besides. */
  env: Record<string, string>;
  /** The job's own token. */
  token: string;
  workspace: string;
  /** Where the action lies, and a directory of this job alone. */
  actionPath: string;
  temp: string;
  /** Names of steps that this machine must not carry out, such as what installs packages for all of it. */
  without?: readonly string[];
};

export type JobResult = { code: number; outputs: Record<string, string>; log: string; ran: string[] };

/** Carries out the steps of a composite action that are programs, one after the other, as a runner of GitHub does. */
export async function runComposite(action: CompositeAction, job: Job): Promise<JobResult> {
  const given = Object.entries(action.inputs).map(([name, { default: value = '', required }]) => {
    const input = job.inputs[name];
    if (input === undefined && required === true) throw new Error(`the workflow gives no ${name}`);
    return [`inputs.${name}`, input ?? value];
  });
  const known = new Map<string, string>([
    ['github.token', job.token],
    ['runner.os', 'Linux'],
  ]);
  for (const [name = '', value = ''] of given) known.set(name, fill(value, known));
  const result: JobResult = { code: 0, outputs: {}, log: '', ran: [] };
  for (const [at, step] of action.runs.steps.entries()) {
    const { run, name = '', id = String(at) } = step;
    if (run === undefined || job.without?.includes(name) === true || !holds(step.if, known)) continue;
    const { code, log, outputs } = await runStep({ ...step, run }, { job, known, at });
    result.log += log;
    result.ran.push(name);
    for (const [key, value] of outputs) known.set(`steps.${id}.outputs.${key}`, value);
    result.code = code;
    if (code !== 0) break;
  }
  for (const [name, { value }] of Object.entries(action.outputs)) result.outputs[name] = fill(value, known);
  return result;
}

type Known = ReadonlyMap<string, string>;

/** What nobody has set is nothing, as it is for GitHub. */
function fill(text: string, known: Known): string {
  return text.replace(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (_whole, name: string) => known.get(name) ?? '');
}

/** Comparisons with a word, joined by `&&`: all that an action of ours says. */
function holds(condition: string | undefined, known: Known): boolean {
  if (condition === undefined) return true;
  return condition.split('&&').every((part) => {
    const [, name = '', sign, word] = /^\s*([\w.-]+) (==|!=) '([^']*)'\s*$/.exec(part) ?? [];
    if (sign === undefined) throw new Error(`this runner does not understand: ${part}`);
    return ((known.get(name) ?? '') === word) === (sign === '==');
  });
}

/** GitHub's own: a script file, no start-up files, and an end at the first command or pipe that fails. */
const bash = ['--noprofile', '--norc', '-e', '-o', 'pipefail'];

async function runStep(
  { run, env = {}, shell }: Step & { run: string },
  { job, known, at }: { job: Job; known: Known; at: number },
): Promise<{ code: number; log: string; outputs: [string, string][] }> {
  if (shell !== 'bash') throw new Error('a step of a composite action names its shell');
  const directory = join(job.temp, `step-${at}`);
  mkdirSync(directory, { recursive: true });
  const files = Object.fromEntries(
    ['OUTPUT', 'ENV', 'PATH', 'STEP_SUMMARY', 'STATE'].map((name) => [
      `GITHUB_${name}`,
      join(directory, name),
    ]),
  );
  for (const file of Object.values(files)) writeFileSync(file, '');
  const script = join(directory, 'script.sh');
  writeFileSync(script, run);
  const filled = Object.entries(env).map(([name, value]) => [name, fill(value, known)]);
  const { code, log } = await started('bash', [...bash, script], {
    cwd: job.workspace,
    env: {
      ...job.env,
      ...files,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: job.workspace,
      GITHUB_ACTION_PATH: job.actionPath,
      RUNNER_OS: 'Linux',
      RUNNER_TEMP: job.temp,
      ...(Object.fromEntries(filled) as Record<string, string>),
    },
  });
  const lines = readFileSync(files['GITHUB_OUTPUT'] ?? '', 'utf8').split('\n');
  const outputs = lines.flatMap((line): [string, string][] => {
    const [, key = '', value = ''] = /^([\w-]+)=(.*)$/.exec(line) ?? [];
    return key === '' ? [] : [[key, value]];
  });
  return { code, log, outputs };
}

function started(
  program: string,
  args: readonly string[],
  place: { cwd: string; env: Record<string, string> },
): Promise<{ code: number; log: string }> {
  const child = spawn(program, args, { ...place, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const hear = (chunk: Buffer): void => void (log += chunk.toString());
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, log }));
  });
}
