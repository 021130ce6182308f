import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { probeChecks, whyNotAdmitted } from '../domain/probe.ts';
import type { Probe } from '../domain/probe.ts';
import type { ModelFacts } from '../domain/chat.ts';
import { writeAtomic } from '../files/write-atomic.ts';

const probe = z.object({
  model: z.string(),
  digest: z.string().nullable(),
  version: z.string().nullable(),
  probedAt: z.string(),
  checks: z.array(
    z.object({
      name: z.enum(probeChecks),
      outcome: z.enum(['passed', 'failed', 'skipped']),
      detail: z.string(),
    }),
  ),
  tokensPerSecond: z.number().nullable(),
  promptTokensPerSecond: z.number().nullable(),
}) satisfies z.ZodType<Probe>;

const stored = z.object({ version: z.literal(1), probes: z.array(probe) });

/** What is known of models from earlier probes, the last one of each. A file that cannot be read holds nothing. */
export function readProbes(file: string): Probe[] {
  try {
    return stored.parse(JSON.parse(readFileSync(file, 'utf8'))).probes;
  } catch {
    return [];
  }
}

/** Keeps a probe in place of an earlier one of the same model. */
export async function keepProbe(file: string, made: Probe): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const others = readProbes(file).filter(({ model }) => model !== made.model);
  await writeAtomic(file, `${JSON.stringify({ version: 1, probes: [...others, made] }, null, 2)}\n`);
}

/** Whether a probe is about the very weights that a server has now; where a side tells no digest the name must do. */
export function isAbout({ model, digest }: Probe, facts: Pick<ModelFacts, 'id' | 'digest'>): boolean {
  if (model !== facts.id) return false;
  return digest === null || facts.digest === undefined || digest === facts.digest;
}

/** Why models get no tickets, by id. `known`: what the servers have, as far as they were asked. */
export function refusedModels(
  probes: readonly Probe[],
  known: readonly ModelFacts[],
): Record<string, string> {
  const refused = probes.flatMap((made) => {
    const now = known.find(({ id }) => id === made.model);
    const why = now === undefined || isAbout(made, now) ? whyNotAdmitted(made) : null;
    return why === null ? [] : [[made.model, why] as const];
  });
  return Object.fromEntries(refused);
}
