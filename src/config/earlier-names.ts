import type { Layer } from './layer.ts';
import { getPath, hasPath, pathText, withoutPath, withPath } from './tree.ts';
import type { Path } from './tree.ts';

type EarlierName = { earlier: Path & readonly string[]; now: Path & readonly string[] };

/** Keys of the earlier JavaScript ticket-processor that are called otherwise here. */
export const earlierNames: readonly EarlierName[] = [
  { earlier: ['folders', 'doing'], now: ['folders', 'processing'] },
  { earlier: ['folders', 'completed'], now: ['folders', 'done'] },
  { earlier: ['webhook', 'port'], now: ['server', 'port'] },
];

type Translated = { layers: Layer[]; warnings: string[] };

/** The layers with every earlier name replaced by the one of today. */
export function translateEarlierNames(written: readonly Layer[]): Translated {
  return earlierNames.reduce(translateOne, { layers: [...written], warnings: [] });
}

function translateOne({ layers, warnings }: Translated, name: EarlierName): Translated {
  const { earlier, now } = name;
  const doubled = layers
    .filter(({ values }) => hasPath(values, earlier) && hasPath(values, now))
    .map(
      ({ place }) =>
        `\`${pathText(earlier)}\` (${place(earlier)}) is ignored: \`${pathText(now)}\`, its name of today, is given too.`,
    );
  return { layers: layers.map((layer) => rename(layer, name)), warnings: [...warnings, ...doubled] };
}

function rename(layer: Layer, { earlier, now }: EarlierName): Layer {
  if (!hasPath(layer.values, earlier)) return layer;
  const rest = withoutPath(layer.values, earlier);
  if (hasPath(layer.values, now)) return { ...layer, values: rest };
  return {
    ...layer,
    values: withPath(rest, now, getPath(layer.values, earlier)),
    renamed: new Map(layer.renamed).set(pathText(now), earlier),
  };
}
