import { readProbes, isAbout } from '../../models/probe-store.ts';
import type { Probe } from '../../domain/probe.ts';
import { probesFile, refused } from './probe-models.ts';
import type { ProbePlace } from './probe-models.ts';

/** One model of the servers, and what is known of it. Sizes in bytes, windows in tokens. */
export type DescribedModel = {
  id: string;
  sizeBytes: number | null;
  contextLength: number | null;
  capabilities: string[];
  digest: string | null;
  /** Where it is in memory, with the window it was loaded with. */
  loaded: { host: string; contextLength: number | null }[];
  /** Its probe, when that was about these weights. */
  probe: Probe | null;
  /** Why it gets no tickets; null when it does. */
  refused: string | null;
};

/** Every model that the servers have; throws when none answers. */
export async function describeModels(
  { config, paths, provider }: ProbePlace,
  signal: AbortSignal,
): Promise<DescribedModel[]> {
  const [models, loaded] = await Promise.all([provider.list(signal), provider.loaded(signal)]);
  const probes = readProbes(probesFile(paths));
  const shut = refused(config, paths, { known: () => models });
  return models.map((model) => ({
    id: model.id,
    sizeBytes: model.sizeBytes ?? null,
    contextLength: model.contextLength,
    capabilities: model.capabilities,
    digest: model.digest ?? null,
    loaded: loaded
      .filter(({ id }) => id === model.id)
      .map(({ host, contextLength }) => ({ host, contextLength })),
    probe: probes.find((each) => isAbout(each, model)) ?? null,
    refused: shut[model.id] ?? null,
  }));
}
