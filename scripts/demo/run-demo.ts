import { mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { TicketReport } from '../../src/domain/command.ts';
import type { DaemonEvent, FollowedDaemon } from './daemon.ts';
import { startDaemon } from './daemon.ts';
import { makeProject } from './make-project.ts';
import type { Project } from './make-project.ts';
import { openEngine } from './open-engine.ts';
import type { Engine } from './open-engine.ts';
import { askTicketmill, runProgram, runTicketmill } from './place.ts';
import type { Result } from './print-report.ts';
import { describeResult, isAsExpected, summarise } from './print-report.ts';
import { openScreen } from './screen.ts';
import type { Screen } from './screen.ts';
import { askingFor, bareTicket, demoTickets, firstTicket } from './tickets.ts';
import type { DemoTicket } from './tickets.ts';
import { sayFarewell, sayWhoAnswers } from './words.ts';

export type DemoOptions = {
  /** Use the bundled server even where a real model is. */
  prepared: boolean;
  env: Record<string, string | undefined>;
  out: Writable;
  colours: boolean;
  /** Fires when the person wants it to end. */
  signal: AbortSignal;
  /** Fires when the person wants it to end at once. */
  hurry: AbortSignal;
};

type Stage = { engine: Engine; project: Project; daemon: FollowedDaemon; screen: Screen };

/** Shows the whole way of six tickets in a throw-away repository; the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { prepared, env, out, colours, signal } = options;
  const screen = openScreen(out, colours);
  const home = await realpath(await mkdtemp(join(tmpdir(), 'ticketmill-demo-')));
  try {
    await using engine = await openEngine({ prepared, host: env['OLLAMA_HOST'], signal });
    sayWhoAnswers(engine, screen);
    const project = await makeProject(home, configFor(engine), env);
    signal.throwIfAborted();
    await using daemon = startDaemon(project, { observe: (event) => screen.observe(event) });
    endWith(daemon, screen, options);
    return await play({ engine, project, daemon, screen });
  } catch (error) {
    if (!signal.aborted) throw error;
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
    screen.line('\nInterrupted; the throw-away repository is removed.');
    return 130;
  }
}

/** The daemon takes a first request to end as a question of time, and a second as an order. */
function endWith(
  daemon: FollowedDaemon,
  screen: Screen,
  { signal, hurry }: Pick<DemoOptions, 'signal' | 'hurry'>,
): void {
  const stop = (): void => void daemon.stop();
  hurry.addEventListener('abort', stop, { once: true });
  signal.addEventListener('abort', stop, { once: true });
  signal.addEventListener('abort', () =>
    screen.line('\nEnding: what runs comes to a safe point. Once more ends it at once.'),
  );
}

function configFor({ config, model }: Engine): object {
  return {
    ollama: config,
    // A model of one's own machine has one slot; prepared answers have as many as one likes.
    processing: { concurrency: model === null ? 2 : 1 },
    server: { port: 0 },
    worktree: { directory: '../worktrees' },
  };
}

async function play(stage: Stage): Promise<number> {
  const { project, daemon, screen } = stage;
  screen.heading(`A small shop with a failing test: ${project.root}`);
  await sayTests(stage);
  const { url } = await daemon.until('server:listening');
  screen.heading(
    `\`ticketmill start\` runs there, its server at ${url}. Tickets are dropped into backlog/todo:`,
  );
  for (const ticket of demoTickets) if (ticket !== bareTicket) await drop(stage, ticket);
  await settled(stage, firstTicket);
  const goesOn = await mergeFirst(stage);
  screen.heading('A bare Markdown file is a ticket, too:');
  await drop(stage, bareTicket);
  for (const ticket of demoTickets) if (goesOn || !waitsForFirst(ticket)) await settled(stage, ticket);
  return conclude(stage, { url, merged: goesOn });
}

/** Arrives whole, by a rename: that is how the daemon knows that it need not wait for more. */
async function drop({ engine, project, screen }: Stage, ticket: DemoTicket): Promise<void> {
  const model = engine.modelFor(ticket);
  const written = join(project.home, 'ticket.tmp');
  await writeFile(written, model === null ? ticket.text : askingFor(model, ticket));
  await rename(written, join(project.root, 'backlog/todo', ticket.file));
  screen.line(`         ${screen.paint('strong', ticket.file)}`);
}

async function settled({ daemon }: Stage, { file }: DemoTicket): Promise<void> {
  await daemon.until('ticket:settled', (event) => event.file === file);
}

function waitsForFirst({ text }: DemoTicket): boolean {
  return text.includes('dependencies: [task-1]');
}

/** As a person would; those that waited for it go on. False: there is nothing to merge. */
async function mergeFirst({ project, screen }: Stage): Promise<boolean> {
  screen.heading('A person looks at the first one, and merges it:');
  const { code, out, err } = await runTicketmill(project, ['merge', 'task-1']);
  screen.line('         $ ticketmill merge task-1');
  screen.line(`         ${(out || err).trimEnd().split('\n', 1).join('')}`);
  if (code !== 0) screen.line('         Those that depend on it stay in backlog/todo.');
  return code === 0;
}

async function sayTests({ project, screen }: Pick<Stage, 'project' | 'screen'>): Promise<void> {
  const { code } = await runProgram(project, ['npm', 'test']);
  const outcome = code === 0 ? screen.paint('good', 'passes') : screen.paint('bad', 'fails');
  screen.line(`         $ npm test   ${outcome} (exit code ${code})`);
}

async function conclude(stage: Stage, { url, merged }: { url: string; merged: boolean }): Promise<number> {
  const { daemon, screen } = stage;
  screen.heading('What became of them');
  const results = await Promise.all(demoTickets.map((ticket) => resultOf(stage, ticket)));
  for (const result of results) screen.line(`\n${describeResult(result, screen.paint)}`);
  screen.heading(merged ? 'On main, after the merge' : 'On main, where nothing was merged');
  await sayTests(stage);
  const code = await daemon.stop();
  screen.heading(summarise(results));
  sayFarewell({ ...stage, url }, screen);
  return code === 0 && results.every(isAsExpected) ? 0 : 1;
}

async function resultOf({ project, daemon }: Stage, ticket: DemoTicket): Promise<Result> {
  const report = (await askTicketmill(project, ['show', ticket.file, '--diff'])) as TicketReport;
  const { elapsedMs = 0 } = daemon.events.filter(isSettled).find(({ file }) => file === ticket.file) ?? {};
  return { ticket, report, elapsedMs };
}

type Settled = Extract<DaemonEvent, { type: 'ticket:settled' }>;

function isSettled(event: DaemonEvent): event is Settled {
  return event.type === 'ticket:settled';
}
