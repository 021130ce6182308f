import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { TicketReport } from '../../src/domain/command.ts';
import { askTicketmill, commandLine } from '../demo/place.ts';
import { readInputs } from './read-inputs.ts';
import type { ActionInputs } from './read-inputs.ts';
import { readIssue } from './read-issue.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Works on what the inputs name, in the checkout, and tells the workflow what became of it; the exit code. */
export async function runAction(env: Environment, out: Writable): Promise<number> {
  const { subject, settings } = readInputs(env);
  const root = env['GITHUB_WORKSPACE'] ?? process.cwd();
  const place = { root, env: { ...withoutInputs(env), ...settings } };
  const file = await fileOf(subject, env, root);
  const { code, outcome } = await work(place, file, out);
  const [settled] = outcome?.settled ?? [];
  const report =
    settled === undefined ? null : ((await askTicketmill(place, ['show', settled.id])) as TicketReport);
  const url = report?.pullRequest?.url ?? '';
  await tell(env['GITHUB_OUTPUT'], `state=${settled?.state ?? ''}\npull-request=${url}\n`);
  const [left] = outcome?.left ?? [];
  const words = settled === undefined ? `not taken: ${left?.reason ?? 'see the log'}` : settled.state;
  await tell(env['GITHUB_STEP_SUMMARY'], `ticketmill: ${plain(words)} ${url}\n`);
  return settled === undefined && code === 0 ? 1 : code;
}

/** Inputs stay here: what ticketmill is to know is in its settings. */
function withoutInputs(env: Environment): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('INPUT_'));
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

async function fileOf(subject: ActionInputs['subject'], env: Environment, root: string): Promise<string> {
  if (subject.kind === 'ticket') return join(root, subject.path);
  const directory = await mkdtemp(join(env['RUNNER_TEMP'] ?? tmpdir(), 'ticketmill-'));
  const file = join(directory, `gh-${subject.number}.md`);
  await writeFile(file, await readIssue(subject.number, env, new Date()));
  return file;
}

type Outcome = { settled: { id: string; state: string }[]; left: { reason: string }[] };

/** Passes the log on as it comes; the last line of standard output says what became of the ticket. */
function work(
  { root, env }: { root: string; env: Record<string, string> },
  file: string,
  out: Writable,
): Promise<{ code: number; outcome: Outcome | null }> {
  const [program = '', ...args] = commandLine;
  const child = spawn(program, [...args, 'run', file, '--json'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => out.write(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, outcome: outcomeIn(text) }));
  });
}

function outcomeIn(text: string): Outcome | null {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  const said = line.startsWith('{') ? (JSON.parse(line) as Partial<Outcome>) : {};
  return said.settled === undefined ? null : { settled: said.settled, left: said.left ?? [] };
}

async function tell(file: string | undefined, text: string): Promise<void> {
  if (file !== undefined && file !== '') await appendFile(file, text);
}

/** A reason may hold words of a ticket: on one line, and no Markdown. */
function plain(text: string): string {
  return text.replace(/[\r\n`<>[\]|*_]/g, ' ').slice(0, 300);
}
