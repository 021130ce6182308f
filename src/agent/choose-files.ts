import type { Task } from '../domain/run.ts';

/** A file of the repository, with its text where it could be read. */
export type KnownFile = { path: string; text: string | undefined };

/**
 * The files that a task is probably about, the likeliest first: those it names, those whose names or contents hold its
 * words, and the tests beside them.
 */
export function chooseFiles(task: Task, files: readonly KnownFile[], most = 8): string[] {
  const text = [task.title, task.brief, ...task.criteria, task.notes].join('\n');
  const words = wordsOf(text);
  const identifiers = identifiersOf(text);
  const ranked = files
    .map((file) => ({ path: file.path, score: scoreOf(file, { text, words, identifiers }) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.path.length - b.path.length || a.path.localeCompare(b.path))
    .map(({ path }) => path);
  return withTests(ranked.slice(0, most), files).slice(0, most);
}

type Wanted = { text: string; words: ReadonlySet<string>; identifiers: readonly string[] };

function scoreOf({ path, text }: KnownFile, wanted: Wanted): number {
  const name = baseName(path);
  let score = 0;
  if (mentions(wanted.text, path)) score += 200;
  else if (name.includes('.') && mentions(wanted.text, name)) score += 100;
  const stem = wordsOf(name.replace(/\.[^.]*$/, ''));
  score += 8 * [...stem].filter((word) => wanted.words.has(word)).length;
  score += 12 * wanted.identifiers.filter((each) => text !== undefined && mentions(text, each)).length;
  return isLockFile(name) || isGenerated(path) ? Math.min(score, 1) : score;
}

/** Whether a text holds a name that does not go on at either side. */
export function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const [before, after] = [text.charAt(at - 1), text.charAt(at + name.length)];
    if (!/[\w/-]/.test(before) && !/[\w/-]/.test(after)) return true;
  }
  return false;
}

/** Names of code: in backticks, called, in camel or snake case, or in capitals. */
export function identifiersOf(text: string): string[] {
  const quoted = [...text.matchAll(/`([^`\n]{3,80})`/g)].flatMap(([, inside]) => inside ?? []);
  const shaped = [
    ...text.matchAll(
      /\b[A-Za-z_$][\w$]{2,60}(?=\()|\b[a-z]+[A-Z]\w{1,60}|\b\w{1,40}_\w{1,40}|\b[A-Z][A-Z0-9]{3,40}\b/g,
    ),
  ];
  const all = [...quoted.map((each) => each.replace(/\(.*\)$/, '').trim()), ...shaped.map(([each]) => each)];
  return [...new Set(all.filter((each) => each.length > 2))].slice(0, 40);
}

const common = new Set(
  'the and for with that this from are not has have should must when then will all add fix make use new file files code change test tests src lib index main into can its was but also only more please update remove implement function'.split(
    ' ',
  ),
);

function wordsOf(text: string): Set<string> {
  const split = text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return new Set((split.match(/[\p{L}\p{N}]{3,40}/gu) ?? []).filter((word) => !common.has(word)));
}

/** After each file the tests that have its name. */
function withTests(chosen: readonly string[], files: readonly KnownFile[]): string[] {
  const result: string[] = [];
  for (const path of chosen) {
    const stem = baseName(path).replace(/\.[^.]*$/, '');
    const tests = files
      .map((file) => file.path)
      .filter((other) => other !== path && testedStem(baseName(other)) === stem)
      .slice(0, 2);
    for (const each of [path, ...tests]) if (!result.includes(each)) result.push(each);
  }
  return result;
}

const testNames = [
  /^(.+?)(?:[._-](?:test|spec)s?)\.[^.]+$/,
  /^test_(.+)\.[^.]+$/,
  /^(.+[a-z\d])Tests?\.(?:java|kt|cs|php|swift|scala)$/,
];

/** `parse.test.ts`, `parse_test.go`, `test_parse.py` and `ParseTest.java` test their first part. */
function testedStem(name: string): string | undefined {
  return testNames.map((pattern) => pattern.exec(name)?.[1]).find((stem) => stem !== undefined);
}

function isLockFile(name: string): boolean {
  return /(?:^|[.-])lock(?:\.|$)|^package-lock\.json$|^go\.sum$|\.min\./.test(name);
}

/** Where builds and tests put what they make; a model may have run some. */
export function isGenerated(path: string): boolean {
  return /(?:^|\/)(?:dist|build|out|coverage|vendor|target|__pycache__|\.venv|\.next)\//.test(path);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
