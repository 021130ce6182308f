import { showValue } from './config-error.ts';
import type { Fault } from './config-error.ts';
import { findOrigin } from './layer.ts';
import type { Layer } from './layer.ts';
import { isTree, pathText } from './tree.ts';
import type { Path } from './tree.ts';
import { schemaAt, writtenSchema } from './written-schema.ts';

/** What is needed to say of a value where it was given and what stands in for it. */
export type Context = { layers: readonly Layer[] };

/** A fault of the value at `path`, in the name under which it was written. */
export function faultAt(
  path: Path,
  detail: { found: unknown; expected: string; hint?: string },
  context: Context,
): Fault {
  const origin = findOrigin(context.layers, path);
  const fallback = schemaAt(writtenSchema(), path)?.default;
  const hasFallback = fallback !== undefined && !isTree(fallback);
  const otherwise = hasFallback ? `, or remove it for the default ${showValue(fallback)}` : '';
  const missing = detail.found === undefined ? 'add it' : 'correct it';
  return {
    path: origin?.writtenAs ?? pathText(path),
    place: origin?.place ?? null,
    found: showValue(detail.found),
    expected: detail.expected,
    advice: (detail.hint ?? missing) + otherwise,
  };
}
