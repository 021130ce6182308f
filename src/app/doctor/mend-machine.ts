import { chmod, mkdir, unlink } from 'node:fs/promises';
import type { LoadedConfig } from '../../config/load.ts';
import { Failure } from '../../domain/failure.ts';
import type { OllamaProvider } from '../../models/ollama.ts';
import { ollamaName } from '../../models/ollama-name.ts';
import { listLeftovers } from './inspect-leftovers.ts';
import type { Machine } from './inspect-machine.ts';
import { openToOthers } from './inspect-privacy.ts';
import { openOllama } from '../models/open-ollama.ts';
import { prepareFolders } from '../set-up/prepare-root.ts';
import { takeLock } from '../take-lock.ts';

type PullProgress = Parameters<Parameters<OllamaProvider['pull']>[1]>[0];

export type MendOptions = {
  loaded: LoadedConfig;
  /** Whether models that are missing are fetched. */
  pull: boolean;
  onPull: (model: string, progress: PullProgress) => void;
};

/** Does what is safe to do without asking: nothing a person wrote is changed. Resolves with a line for each thing. */
export async function mendMachine(
  machine: Machine,
  { loaded, pull, onPull }: MendOptions,
  signal: AbortSignal,
): Promise<string[]> {
  const { paths } = machine;
  await mkdir(paths.state, { recursive: true, mode: 0o700 });
  const prepared = await prepareFolders(paths);
  const made = prepared.filter(({ outcome }) => outcome !== 'kept');
  return [
    ...made.map(({ path, outcome }) => `${outcome} ${path}`),
    ...(await closeToOthers(machine)),
    ...(await removeLeftovers(machine, loaded)),
    ...(pull ? await pullMissing(machine, onPull, signal) : []),
  ];
}

async function closeToOthers({ paths }: Machine): Promise<string[]> {
  const open = await openToOthers(paths);
  for (const path of open) await chmod(path, path === paths.state ? 0o700 : 0o600);
  return open.map((path) => `closed ${path} to other users`);
}

/** Under the daemon's lock: while somebody is at work nothing is left over. */
async function removeLeftovers({ paths, env, clock }: Machine, loaded: LoadedConfig): Promise<string[]> {
  await using stack = new AsyncDisposableStack();
  try {
    await takeLock(loaded, env, stack);
  } catch (error) {
    if (error instanceof Failure && error.code === 'ALREADY_RUNNING') return [];
    throw error;
  }
  const left = await listLeftovers(paths, clock);
  for (const path of left) await unlink(path);
  return left.map((path) => `removed ${path}`);
}

async function pullMissing(
  { config, clock }: Machine,
  onPull: MendOptions['onPull'],
  signal: AbortSignal,
): Promise<string[]> {
  const { defaultModel, availableModels } = config.ollama;
  const wanted = [defaultModel, config.codeReview.model, ...availableModels].flatMap((model) => {
    const name = model === undefined ? null : ollamaName(model);
    return name === null ? [] : [name];
  });
  const provider = openOllama(config, clock);
  try {
    const there = new Set((await provider.list(signal)).map(({ id }) => id));
    const missing = [...new Set(wanted)].filter((name) => !there.has(`ollama/${name}`));
    for (const name of missing) await provider.pull(name, (progress) => onPull(name, progress), signal);
    return missing.map((name) => `fetched ${name}`);
  } catch (error) {
    // What does not answer has a finding of its own.
    if (!(error instanceof Failure)) throw error;
    return [];
  } finally {
    await provider.close();
  }
}
