/** A place in a file, the lines a model took for it, and what it wants there. `kept` as in `alignLines`. */
export type Place = {
  file: readonly string[];
  search: readonly string[];
  replace: readonly string[];
  kept: readonly number[];
};

/**
 * The new lines with the indentation that the file has, where the model's search has another one: the same shift
 * everywhere if there is one, else line by line from the lines they stand for.
 */
export function reindent(place: Place): string[] {
  if (isSame(place.file, place.search, 0)) return [...place.replace];
  if (isCutStart(place)) return prefixFirst(place);
  return (
    shiftAll(place, [...place.search, ...place.replace]) ?? shiftAll(place, place.search) ?? lineByLine(place)
  );
}

function isSame(file: readonly string[], search: readonly string[], from: number): boolean {
  return search.every(
    (line, index) => index < from || isBlank(line) || indentOf(line) === indentOf(file[index] ?? ''),
  );
}

/**
 * The model began its text behind the indentation of the first line, and the lines after it are as in the file. With a
 * single line to find, the lines to put there tell: none of them is indented less than the file's line.
 */
function isCutStart({ file, search, replace }: Place): boolean {
  const missing = indentOf(file[0] ?? '');
  if (indentOf(search[0] ?? '') !== '' || indentOf(replace[0] ?? '') !== '' || missing === '') return false;
  if (search.length > 1) return search.slice(1).some((line) => !isBlank(line)) && isSame(file, search, 1);
  const rest = replace.slice(1).filter((line) => !isBlank(line));
  return rest.length > 0 && rest.every((line) => line.startsWith(missing));
}

function prefixFirst({ file, replace }: Place): string[] {
  return replace.map((line, index) =>
    index === 0 && !isBlank(line) ? indentOf(file[0] ?? '') + line : line,
  );
}

/** One prefix instead of the common indentation of the given lines; undefined when the file needs more than one. */
function shiftAll({ file, search, replace }: Place, common: readonly string[]): string[] | undefined {
  const cut = commonIndent(common);
  const prefixes = new Set<string>();
  const inners = new Set<string>();
  for (const [index, line] of search.entries()) {
    if (isBlank(line)) continue;
    const [inner, real] = [indentOf(line).slice(cut.length), indentOf(file[index] ?? '')];
    if (!real.endsWith(inner)) return undefined;
    prefixes.add(real.slice(0, real.length - inner.length));
    inners.add(inner);
  }
  const [prefix = '', other] = prefixes;
  if (other !== undefined || !replace.every((line) => isBlank(line) || line.startsWith(cut)))
    return undefined;
  const mixes = [...inners].some((inner) => inner.includes(' '));
  return replace.map((line) =>
    isBlank(line) ? line : prefix + inKind(line.slice(cut.length), mixes ? '' : prefix),
  );
}

function inKind(line: string, prefix: string): string {
  const own = indentOf(line);
  return ofKind(own, prefix) + line.slice(own.length);
}

function commonIndent(lines: readonly string[]): string {
  const [first, ...rest] = lines.filter((line) => !isBlank(line)).map(indentOf);
  let common = first ?? '';
  for (const indent of rest) {
    while (!indent.startsWith(common)) common = common.slice(0, -1);
  }
  return common;
}

/** A line that stands where a found one stood takes its indentation; any other keeps its step to the line before. */
function lineByLine(place: Place): string[] {
  const models = modelLines(place);
  let [before, wrote] = ['', ''];
  return place.replace.map((line, index) => {
    if (isBlank(line)) return line;
    const own = indentOf(line);
    const model = models[index] ?? -1;
    const indent =
      model >= 0
        ? stepped(indentOf(place.search[model] ?? ''), indentOf(place.file[model] ?? ''), own)
        : (knownIndent(place, own) ?? stepped(before, wrote, own));
    [before, wrote] = [own, indent];
    return indent + line.slice(own.length);
  });
}

/** The indentation `to`, changed as `own` differs from `from`. */
function stepped(from: string, to: string, own: string): string {
  if (own.startsWith(from)) return to + ofKind(own.slice(from.length), to);
  const fewer = from.length - own.length;
  return fewer > 0 && from.startsWith(own) ? to.slice(0, Math.max(0, to.length - inUnits(fewer, to))) : own;
}

/** Four spaces more are one tab more where the file uses tabs. */
function ofKind(extra: string, to: string): string {
  if (!to.startsWith('\t') || !/^ +$/.test(extra)) return extra;
  return '\t'.repeat(inUnits(extra.length, to));
}

function inUnits(spaces: number, to: string): number {
  return to.startsWith('\t') ? Math.max(1, Math.round(spaces / 4)) : spaces;
}

/** What the found lines say of this indentation, if they all say the same. */
function knownIndent({ file, search }: Place, own: string): string | undefined {
  const said = new Set<string>();
  for (const [index, line] of search.entries()) {
    if (!isBlank(line) && indentOf(line) === own) said.add(indentOf(file[index] ?? ''));
  }
  return said.size === 1 ? [...said][0] : undefined;
}

/** For each new line the found line it stands for: the same text, or the same position in a changed stretch. */
function modelLines({ search, replace, kept }: Place): number[] {
  const models = new Array<number>(replace.length).fill(-1);
  let [searchNext, gapStart] = [0, 0];
  for (let index = 0; index <= replace.length; index += 1) {
    const anchor = index === replace.length ? search.length : (kept[index] ?? -1);
    if (anchor < 0) continue;
    const length = Math.min(anchor - searchNext, index - gapStart);
    for (let step = 0; step < length; step += 1) models[gapStart + step] = searchNext + step;
    if (index < replace.length) models[index] = anchor;
    [searchNext, gapStart] = [anchor + 1, index + 1];
  }
  return models;
}

function indentOf(line: string): string {
  return line.slice(0, line.length - line.trimStart().length);
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}
