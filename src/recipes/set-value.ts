import { isDeepStrictEqual } from 'node:util';
import type { Recipe } from './recipe.ts';
import { declined } from './recipe.ts';
import { filesIn } from './scope.ts';
import { jsonFormat } from './set-json.ts';
import { tomlFormat } from './set-toml.ts';
import { yamlFormat } from './set-yaml.ts';

export type Scalar = string | number | boolean;

/** How one kind of file is read, and how one value in it is written anew with everything around it left as it is. */
export type DataFormat = {
  /** Throws when the text is not of this kind. */
  read: (text: string) => unknown;
  /** Null where there is no single place for that value. */
  splice: (text: string, key: readonly string[], value: Scalar) => string | null;
};

/** Another value for a key that is there, of the same type. That nothing else changed is proven by reading both texts. */
export const setValue: Recipe = async (site, { key = '', value = '', in: named }) => {
  const [file] = (await filesIn(site, named)) ?? [];
  const format = formatOf(named ?? '');
  if (file === undefined || format === undefined)
    return declined(`There is not exactly one file ${named ?? ''}.`);
  const before = readOrNull(format, file.text);
  if (before === null) return declined(`${file.path} cannot be read.`);
  const path = pathOf(before.data, key);
  const old = path === null ? undefined : at(before.data, path);
  if (path === null || !isScalar(old)) return declined(`${file.path} has no single value for ${key}.`);
  const fresh = likeOld(old, value);
  if (fresh === null)
    return declined(`${key} is ${JSON.stringify(old)} now, and "${value}" is of another type.`);
  if (fresh === old) return declined(`${key} is ${JSON.stringify(old)} already.`);
  const text = format.splice(file.text, path, fresh);
  const after = text === null ? null : readOrNull(format, text);
  if (text === null || after === null || !isDeepStrictEqual(after.data, withValue(before.data, path, fresh)))
    return declined(`${key} cannot be set in ${file.path} without touching more.`);
  const summary = `Set ${key} in ${file.path} from ${JSON.stringify(old)} to ${JSON.stringify(fresh)}.`;
  return { writes: [{ path: file.path, text }], summary };
};

function formatOf(path: string): DataFormat | undefined {
  if (/\.jsonc?$/i.test(path)) return jsonFormat;
  if (/\.ya?ml$/i.test(path)) return yamlFormat;
  return /\.toml$/i.test(path) ? tomlFormat : undefined;
}

function readOrNull({ read }: DataFormat, text: string): { data: unknown } | null {
  try {
    return { data: read(text) };
  } catch {
    return null;
  }
}

/** A key may hold dots itself; when it can be read in two ways, neither is taken. */
function pathOf(data: unknown, key: string): string[] | null {
  const ways = [[key], key.split('.')].filter(
    (path, index, all) => index === 0 || path.length !== all[0]?.length,
  );
  const found = ways.filter((path) => at(data, path) !== undefined);
  return found.length === 1 ? (found[0] ?? null) : null;
}

function at(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function withValue(data: unknown, [first, ...rest]: readonly string[], value: Scalar): unknown {
  if (first === undefined) return value;
  const object = data as Record<string, unknown>;
  // A parser's objects may have no prototype, which counts when they are compared.
  const copy = Object.assign(
    Object.create(Object.getPrototypeOf(object) as object | null) as typeof object,
    object,
  );
  copy[first] = withValue(object[first], rest, value);
  return copy;
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function likeOld(old: Scalar, written: string): Scalar | null {
  if (typeof old === 'string') return written;
  if (typeof old === 'number') return /^-?\d+(?:\.\d+)?$/.test(written) ? Number(written) : null;
  return written === 'true' ? true : written === 'false' ? false : null;
}
