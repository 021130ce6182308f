import type { FileDiff } from '../domain/read-diff.ts';
import { textBefore } from './text-before.ts';

/** Reads what the change holds: the tree that was written of it. */
export type Contents = {
  /** Null where the tree has no such file. */
  read(tree: string, path: string): Promise<string | null>;
  /** Of all files of the tree. */
  paths(tree: string): Promise<readonly string[]>;
};

/** A file that names dependencies, whole: before the change and after it; null where there was, or is, none. */
export type Manifest = { path: string; before: string | null; after: string | null };

const names =
  /(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|composer\.json|requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|poetry\.lock|uv\.(?:lock|toml)|Pipfile|Cargo\.(?:toml|lock)|go\.mod|Gemfile(?:\.lock)?|deno\.jsonc?|import_map\.json)$/;

/** Bytes of a file of dependencies beyond which nobody wrote it by hand. */
const largest = 20 * 1024 * 1024;

export async function readManifests(
  diffs: readonly FileDiff[],
  tree: string,
  contents: Contents,
): Promise<Manifest[]> {
  const changed = diffs.filter(({ path }) => names.test(path));
  return Promise.all(
    changed.map(async (file) => {
      const after = await contents.read(tree, file.path);
      const text = after !== null && after.length > largest ? null : after;
      return { path: file.path, before: textBefore(text, file), after: text };
    }),
  );
}

/** A JSON object, or null where the text is none. */
export function readObject(text: string | null): Record<string, unknown> | null {
  try {
    return asObject(JSON.parse(text?.replace(/^\uFEFF/, '') ?? 'null'));
  } catch {
    return null;
  }
}

export function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

export function isPackageManifest(path: string): boolean {
  return /(?:^|\/)package\.json$/.test(path);
}

/** The line of the first occurrence of a text, counted from 1; 0 where it stands nowhere. */
export function lineOf(text: string | null, wanted: string): number {
  const at = text?.indexOf(wanted) ?? -1;
  return at === -1 ? 0 : (text?.slice(0, at).split('\n').length ?? 0);
}
