import type { HookName } from '../domain/hook.ts';
import { hookOf, isGate } from '../domain/hook.ts';
import type { Event } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import type { RunHook } from '../ports.ts';
import { runCommand } from './command.ts';

/** A command with its longest time in milliseconds. */
export type HookCommand = { run: readonly string[]; timeout: number };

export type HookOptions = {
  /** Asked at every moment, so that other commands count without a restart. */
  commands: (name: HookName) => readonly HookCommand[];
  /** Where they run. */
  root: string;
  /** All that they know of the daemon's environment. */
  env: Readonly<Record<string, string>>;
  now: () => Date;
  /** Takes secrets out of what they are told. */
  redact: (text: string) => string;
  warn: (message: string) => void;
};

export type Hooks = {
  /** Runs the commands of a step and waits for them. Throws `HOOK_REFUSED` where one of a gate does not end with 0. */
  step: RunHook;
  /** Lets commands hear of events, one after the other; nobody waits for them. */
  observe: (event: Event) => void;
  /** Resolves when those that began have ended. */
  close: () => Promise<void>;
};

const longestOutput = 4000;

export function createHooks(options: HookOptions): Hooks {
  const ended = new AbortController();
  let last = Promise.resolve();

  async function runAll(name: HookName, told: Record<string, unknown>, signal: AbortSignal): Promise<void> {
    for (const command of options.commands(name)) {
      const problem = await runOne(command, { name, told, options }, signal);
      if (problem === null) continue;
      const message = `The hook \`${command.run.join(' ')}\` at ${name} ${problem}`;
      if (isGate(name)) throw new Failure('HOOK_REFUSED', options.redact(message));
      options.warn(options.redact(message));
    }
  }

  return {
    step: ({ hook, ...told }, signal) => runAll(hook, told, signal),
    observe(event) {
      const name = hookOf(event);
      if (name === null || options.commands(name).length === 0) return;
      last = last
        .then(() => runAll(name, { ...event }, ended.signal))
        .catch((error: unknown) => options.warn(`The hook at ${name} did not run: ${String(error)}`));
    },
    close: () => last,
  };
}

/** What went wrong, or null. Its input is closed when it has read the event. */
async function runOne(
  { run, timeout }: HookCommand,
  { name, told, options }: { name: HookName; told: Record<string, unknown>; options: HookOptions },
  signal: AbortSignal,
): Promise<string | null> {
  const input = JSON.stringify({ hook: name, time: options.now().toISOString(), ...told });
  const named = { TICKETMILL_TICKET: told['taskId'], TICKETMILL_RUN: told['runId'] };
  const worktree = { TICKETMILL_WORKTREE: told['directory'] };
  const given = Object.entries({ ...named, ...worktree }).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const request = {
    argv: run,
    cwd: options.root,
    env: { ...options.env, TICKETMILL_HOOK: name, ...Object.fromEntries(given) },
    timeoutMs: timeout,
    maxOutput: longestOutput,
    input: `${options.redact(input)}\n`,
  };
  const { exitCode, timedOut, output } = await runCommand(request, signal);
  if (timedOut) return `did not end within ${timeout} ms.`;
  if (exitCode === 0) return null;
  const said = output.trim();
  return `ended with ${exitCode ?? 'a signal'}${said === '' ? '.' : `: ${said}`}`;
}
