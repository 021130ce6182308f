import type { Layer } from './layer.ts';
import { getPath, hasPath, pathText, withoutPath, withPath } from './tree.ts';
import type { Path } from './tree.ts';

/** `copied`: the earlier key keeps its own meaning too, and gives way when any layer has the key of today. */
type EarlierName = { earlier: Path & readonly string[]; now: Path & readonly string[]; copied?: true };

/** Keys of the earlier JavaScript ticket-processor that are called otherwise here. */
export const earlierNames: readonly EarlierName[] = [
  { earlier: ['folders', 'doing'], now: ['folders', 'processing'] },
  { earlier: ['folders', 'completed'], now: ['folders', 'done'] },
  { earlier: ['webhook', 'port'], now: ['server', 'port'], copied: true },
];

type Translated = { layers: Layer[]; warnings: string[]; notices: string[] };

/** The layers with every earlier name replaced by the one of today. */
export function translateEarlierNames(written: readonly Layer[]): Translated {
  return earlierNames.reduce(translateOne, { layers: [...written], warnings: [], notices: [] });
}

function translateOne({ layers, warnings, notices }: Translated, name: EarlierName): Translated {
  const { earlier, now, copied } = name;
  const users = layers.filter(({ values }) => hasPath(values, earlier));
  if (copied) {
    const isGiven = layers.some(({ values }) => hasPath(values, now));
    if (users.length === 0 || isGiven) return { layers, warnings, notices };
    const notice = `\`${pathText(earlier)}\` is taken for \`${pathText(now)}\`, which is not given.`;
    return { layers: layers.map((layer) => rename(layer, name)), warnings, notices: [...notices, notice] };
  }
  const doubled = users
    .filter(({ values }) => hasPath(values, now))
    .map(
      ({ place }) =>
        `\`${pathText(earlier)}\` (${place(earlier)}) is ignored: \`${pathText(now)}\`, its name of today, is given too.`,
    );
  return { layers: layers.map((layer) => rename(layer, name)), warnings: [...warnings, ...doubled], notices };
}

function rename(layer: Layer, { earlier, now, copied }: EarlierName): Layer {
  if (!hasPath(layer.values, earlier)) return layer;
  const rest = copied ? layer.values : withoutPath(layer.values, earlier);
  if (hasPath(layer.values, now)) return { ...layer, values: rest };
  return {
    ...layer,
    values: withPath(rest, now, getPath(layer.values, earlier)),
    renamed: new Map(layer.renamed).set(pathText(now), earlier),
  };
}
