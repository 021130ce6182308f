import { hasPath, pathText } from './tree.ts';
import type { Path, Tree } from './tree.ts';

/** One source of settings: a file or the environment. Later layers win over earlier ones. */
export type Layer = {
  values: Tree;
  /** Where a person finds the value: `config.json:4:16`, or the name of a variable. */
  place: (path: Path) => string;
  /** Keys written under an earlier name: the path they have now -> the path as written. */
  renamed: ReadonlyMap<string, readonly string[]>;
};

export type Origin = { place: string; writtenAs: string };

/** Where the value at `path` was given, or for a missing value what it is missing from. Null: nowhere, a default. */
export function findOrigin(layers: readonly Layer[], path: Path): Origin | null {
  for (let length = path.length; length > 0; length -= 1) {
    const layer = layers.findLast(({ values }) => hasPath(values, path.slice(0, length)));
    if (layer) return originIn(layer, path, length);
  }
  return null;
}

function originIn(layer: Layer, path: Path, length: number): Origin {
  const given = path.slice(0, length);
  const written = layer.renamed.get(pathText(given)) ?? given;
  return { place: layer.place(written), writtenAs: pathText([...written, ...path.slice(length)]) };
}
