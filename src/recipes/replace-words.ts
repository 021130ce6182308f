import type { TextFile } from './recipe.ts';

export type Hit = { path: string; line: number };

/** Where a text stands, in order. `whole`: only where it is no part of a longer word. */
export function findHits(files: readonly TextFile[], text: string, { whole }: { whole: boolean }): Hit[] {
  const pattern = patternFor(text, whole);
  return files.flatMap(({ path, text: content }) => {
    if (!content.includes(text)) return [];
    return [...content.matchAll(pattern)].map(({ index }) => ({
      path,
      line: content.slice(0, index).split('\n').length,
    }));
  });
}

/** The files that change, each with every hit replaced. */
export function replaceHits(
  files: readonly TextFile[],
  { from, to, whole }: { from: string; to: string; whole: boolean },
): TextFile[] {
  return files.flatMap(({ path, text }) => {
    const changed = text.replace(patternFor(from, whole), () => to);
    return changed === text ? [] : [{ path, text: changed }];
  });
}

function patternFor(text: string, whole: boolean): RegExp {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  if (!whole) return new RegExp(escaped, 'g');
  const before = /^[\p{L}\p{N}_$]/u.test(text) ? '(?<![\\p{L}\\p{N}_$])' : '';
  const after = /[\p{L}\p{N}_$]$/u.test(text) ? '(?![\\p{L}\\p{N}_$])' : '';
  return new RegExp(`${before}${escaped}${after}`, 'gu');
}

/** `a.ts: 3, 9; b.ts: 1` */
export function listHits(hits: readonly Hit[]): string {
  const lines = Map.groupBy(hits, ({ path }) => path);
  return [...lines].map(([path, all]) => `${path}: ${all.map(({ line }) => line).join(', ')}`).join('; ');
}
