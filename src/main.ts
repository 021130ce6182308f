import { systemClock } from './app/system-clock.ts';
import { runCli } from './cli/run-cli.ts';
import type { Terminal } from './cli/watch/screen.ts';
import { readEnvironment } from './config/environment.ts';

const verbose = process.argv.includes('--verbose');
const [interruption, hurry] = [new AbortController(), new AbortController()];

// A reader that went away (`ticketmill lint | head -1`) ends nothing: what is written to it is lost, that is all.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
process.on('SIGHUP', () => undefined);
process.on('uncaughtException', die);
process.on('unhandledRejection', die);

const exitCode = await runCli({
  argv: process.argv.slice(2),
  program: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
  env: readEnvironment(),
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  isTerminal: {
    stdin: process.stdin.isTTY,
    stdout: process.stdout.isTTY,
    stderr: process.stderr.isTTY,
  },
  columns: () => process.stderr.columns || 80,
  terminal: process.stdin.isTTY && process.stdout.isTTY ? terminal() : null,
  clock: systemClock,
  signal: interruption.signal,
  hurry: hurry.signal,
  // Loaded when it is needed: most commands do without a server, logs and a database.
  openHouse: async (loaded, env) => (await import('./app.ts')).openHouse(loaded, env),
});
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
process.exit(exitCode);

function terminal(): Terminal {
  const { stdin, stdout } = process;
  return {
    size: () => ({ rows: stdout.rows || 24, columns: stdout.columns || 80 }),
    setRaw: (on) => void stdin.setRawMode(on),
    atExit(act) {
      process.on('exit', act);
      return () => process.off('exit', act);
    },
  };
}

/** The first time asks to end, the second to end at once, which still takes along what was started; the third ends. */
function interrupt(): void {
  if (hurry.signal.aborted) process.exit(130);
  (interruption.signal.aborted ? hurry : interruption).abort();
}

/** What nobody foresaw: one line, for a stack frightens people and helps only those who ask for it. */
function die(error: unknown): void {
  const told = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`error: ${told.message} (this is a bug in ticketmill)\n`);
  if (verbose) process.stderr.write(`${told.stack ?? ''}\n`);
  process.exit(1);
}

function flushed(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
