/** What an earlier ticket was called, and which files it came to change. */
export type PastWork = { title: string; files: readonly string[] };

/** Part of all words of two titles that both must have. */
const enough = 0.6;
/** A change of more files says little about where the next one goes. */
const fewFiles = 20;

/** Files of the past work whose title is most like this one; none where nothing is like it. Of equals the last counts. */
export function similarWork(title: string, past: readonly PastWork[]): readonly string[] {
  const words = wordsOf(title);
  let best: { files: readonly string[]; likeness: number } = { files: [], likeness: enough };
  for (const { title: earlier, files } of past) {
    const likeness = files.length > fewFiles ? 0 : likenessOf(words, wordsOf(earlier));
    if (likeness >= best.likeness) best = { files, likeness };
  }
  return best.files;
}

/** From 0 to 1; 0 where the numbers differ: `Note 12` and `Note 13` are two things. */
function likenessOf(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  const shared = [...some].filter((word) => others.has(word));
  const either = new Set([...some, ...others]);
  const differs = [...either].some((word) => /\d/.test(word) && !(some.has(word) && others.has(word)));
  return differs || shared.length < 2 ? 0 : shared.length / either.size;
}

function wordsOf(title: string): ReadonlySet<string> {
  const all = title.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  return new Set(all.filter((word) => !empty.has(word)));
}

const empty = new Set(['a', 'an', 'the', 'in', 'on', 'of', 'to', 'for', 'and', 'or', 'with', 'is', 'it']);
