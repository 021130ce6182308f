import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Paths } from '../../config/paths.ts';
import { listProviders } from '../../config/providers.ts';
import type { Config } from '../../config/schema.ts';
import type { Probe } from '../../domain/probe.ts';
import type { Task } from '../../domain/run.ts';
import { probeModel } from '../../models/probe.ts';
import type { Trial } from '../../models/probe.ts';
import { isAbout, keepProbe, readProbes, refusedModels } from '../../models/probe-store.ts';
import type { ChatModel, Clock, CodingOutcome, Workspace } from '../../ports.ts';
import { ownSettings, withTemperature } from './model-settings.ts';
import type { Models } from './open-models.ts';

export type ProbePlace = { config: Config; paths: Paths; clock: Clock; provider: Models };

/** Where probes are kept. */
export function probesFile({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'probes.json');
}

/** The probe of a model: the kept one while its weights and its server are the same, unless `again` is wanted. */
export async function probe(
  { config, paths, clock, provider }: ProbePlace,
  { model, again }: { model: string; again: boolean },
  signal: AbortSignal,
): Promise<{ probe: Probe; isNew: boolean }> {
  const file = probesFile(paths);
  const { id } = await provider.facts(model, signal);
  const isElsewhere = listProviders(config).some(({ name }) => id.startsWith(`${name}/`));
  const versions = await provider.versions(id, signal);
  const listed = provider.known().find((each) => each.id === id) ?? { id };
  const kept = readProbes(file).find((each) => isAbout(each, listed) && versions.includes(each.version));
  if (kept !== undefined && !again) return { probe: kept, isNew: false };
  // What a coder is made of is loaded by those who try one: all others only read what was found.
  const { parseEdits } = await import('../../agent/edit-blocks.ts');
  const chats = withTemperature(provider, config);
  const contextLength = ownSettings(config, id)?.contextLength ?? config.ollama.contextLength;
  const options = {
    provider: {
      ...provider,
      ...chats,
      health: () => Promise.resolve(versions.map((version) => ({ healthy: version !== null, version }))),
    },
    clock,
    contextLength,
    isElsewhere,
    tryEdit: (protocol: 'tools' | 'blocks', now: AbortSignal) =>
      tryEdit({ model: chats, id, contextLength, protocol }, now),
    holdsEdit: (answer: string) => parseEdits(answer).edits.length > 0,
  };
  const made = await probeModel(id, options, signal);
  await keepProbe(file, made);
  return { probe: made, isNew: true };
}

/** Why models get no tickets, by id: the config has the last word. */
export function refused(
  config: Config,
  paths: Paths,
  provider: Pick<Models, 'known'>,
): Record<string, string> {
  const byProbe = refusedModels(readProbes(probesFile(paths)), provider.known());
  const byConfig = Object.entries(config.models).flatMap(([written, { admitted }]) => {
    const id = written.includes('/') ? written : `ollama/${written}`;
    return admitted === undefined ? [] : [{ id, admitted }];
  });
  const admitted = new Set(byConfig.filter((each) => each.admitted).map(({ id }) => id));
  const left = Object.entries(byProbe).filter(([id]) => !admitted.has(id));
  const shut = byConfig
    .filter((each) => !each.admitted)
    .map(({ id }) => [id, 'The config says that it gets no tickets (`admitted` is false).'] as const);
  return Object.fromEntries([...left, ...shut]);
}

const before = 'Dear reader,\nHi from all of us.\nGoodbye.\n';
const after = 'Dear reader,\nHello from all of us.\nGoodbye.\n';
const file = 'letter.txt';

const task: Task = {
  id: 'probe',
  title: 'Say Hello in place of Hi',
  brief: `In ${file} replace the word Hi by Hello. Change nothing else.`,
  criteria: [],
  notes: '',
};

type Try = { model: ChatModel; id: string; contextLength: number; protocol: 'tools' | 'blocks' };

/** The real coder at a file of three lines, in a folder of its own. */
async function tryEdit({ model, id, contextLength, protocol }: Try, signal: AbortSignal): Promise<Trial> {
  const { createCoder } = await import('../../agent/coder.ts');
  const directory = await mkdtemp(join(tmpdir(), 'ticketmill-probe-'));
  try {
    await writeFile(join(directory, file), before);
    const session = createCoder({ model, contextLength }).begin({
      task,
      workspace: folderOf(directory),
      model: id,
      protocol,
      maxSteps: 4,
      onStep: () => undefined,
      onText: () => undefined,
    });
    const outcome = await session.work(null, signal);
    return judge(await readFile(join(directory, file), 'utf8'), protocol, outcome);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function judge(text: string, protocol: Try['protocol'], outcome: CodingOutcome): Trial {
  const by = protocol === 'tools' ? 'by tool calls' : 'by edits in text';
  if (text.trimEnd() === after.trimEnd())
    return { ok: true, detail: `It changed a file of three lines ${by}.` };
  if (text !== before)
    return { ok: false, detail: `It changed a file of three lines ${by}, and not as it was told.` };
  const why = outcome.end === 'gave-up' ? ` ${outcome.reason}` : '';
  return { ok: false, detail: `It could not change a file of three lines ${by}.${why}` };
}

/** A place to write in, and nothing more: nobody runs commands or compares trees for a probe. */
function folderOf(directory: string): Workspace {
  const nothing = { tree: '', diff: '', files: [] };
  const noCommands = { exitCode: 127, output: 'There are no commands here.', timedOut: false, elapsedMs: 0 };
  return {
    directory,
    base: { branch: 'probe', sha: '' },
    capture: () => Promise.resolve(nothing),
    restore: () => Promise.resolve(),
    run: () => Promise.resolve(noCommands),
    close: () => Promise.resolve(),
  };
}
