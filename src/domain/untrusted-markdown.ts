import { breakClosingWords, breakMention, cut, fence, joinLines, showHidden } from './untrusted.ts';

/**
 * Foreign text as Markdown of a pull request: prose, lists, tables and code survive; HTML, images, links with a hidden
 * target, mentions, closing words and commands to bots do not. At most `max` characters, every code block closed.
 *
 * The text is not filtered but written anew: code that we are sure of is put between marks of our own, and outside
 * code every character that could begin something is spelled as an entity, which can begin nothing.
 */
export function forMarkdown(text: string, max: number): string {
  return fit(showHidden(text), max, writeBlocks);
}

/** One line of Markdown: a table cell, a list item. */
export function forMarkdownLine(text: string, max: number): string {
  return fit(joinLines(text), max, (line) => writeProse(line).replaceAll('|', '&#124;'));
}

/** Foreign text as a code span, as for a path or an id; nothing in it means anything. */
export function asCode(text: string, max: number): string {
  const plain = cut(joinLines(text), max).replaceAll('`', "'").replaceAll('|', '¦').trim();
  return plain === '' ? '` `' : `\`${plain}\``;
}

/** A title of a pull request: one line in which forges still honour mentions and closing words. */
export function forTitle(text: string, max: number): string {
  const safe = breakClosingWords(joinLines(text)).replace(/@(?=[\p{L}\p{N}_])/gu, breakMention);
  return cut(safe.replaceAll(/<(?=[a-z!/])/gi, '< '), max);
}

/** What makes clear that the words are somebody else's: every line quoted. */
export function quote(markdown: string): string {
  return markdown
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}

/** Shortens the source, never what was written from it: a mark cut in two could become another one. */
function fit(text: string, max: number, write: (text: string) => string): string {
  let kept = cut(text, max);
  let written = write(kept);
  while (written.length > max) {
    kept = cut(text, Math.min(kept.length - 1, Math.floor((kept.length * max) / written.length)));
    written = write(kept);
  }
  return written;
}

function writeBlocks(text: string): string {
  const lines = text.split('\n');
  const written: string[] = [];
  let prose: string[] = [];
  const endProse = () => {
    if (prose.length > 0) written.push(writeProse(prose.join('\n')));
    prose = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const opening = /^ {0,3}(`{3,}|~{3,}(?!~))([^`]*)$/.exec(lines[at] ?? '');
    if (opening === null) {
      prose.push(lines[at] ?? '');
      continue;
    }
    const end = findEnd(lines, at + 1, opening[1] ?? '');
    endProse();
    written.push('', fence(lines.slice(at + 1, end).join('\n'), safeInfo(opening[2] ?? '')), '');
    at = end;
  }
  endProse();
  return written.join('\n').trim();
}

/** The index of the closing fence, or of the end of the text: what is not closed goes on to the end, as everywhere. */
function findEnd(lines: readonly string[], from: number, mark: string): number {
  for (let at = from; at < lines.length; at++) {
    const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(lines[at] ?? '')?.[1];
    if (closing !== undefined && closing[0] === mark[0] && closing.length >= mark.length) return at;
  }
  return lines.length;
}

/** Languages that are drawn instead of shown are left out: a drawing can hold links. */
function safeInfo(info: string): string {
  const language = /^\s*([\w+#.-]{1,20})/.exec(info)?.[1] ?? '';
  return /^(?:mermaid|geojson|topojson|stl|math|suggestion)/i.test(language) ? '' : language;
}

/** Text outside code blocks. Code spans count only within a line, and stray marks are spelled, so that ours are the only ones. */
function writeProse(text: string): string {
  return breakClosingWords(text).split('\n').map(writeProseLine).join('\n');
}

function writeProseLine(line: string): string {
  let written = '';
  let from = 0;
  const runs = [...line.matchAll(/`+/g)];
  const lastOfLength = new Map(runs.map((run) => [run[0].length, run.index]));
  for (const [at, open] of runs.entries()) {
    if (open.index < from || (lastOfLength.get(open[0].length) ?? 0) <= open.index) continue;
    const end = endOfSpan(runs, at);
    const span = line.slice(open.index, end);
    // A table would end the cell, and with it the code, at a bar.
    if (span.includes('|')) continue;
    written += spell(line.slice(from, open.index), from === 0) + span;
    from = end;
  }
  return written + spell(line.slice(from), from === 0);
}

/** Where the span ends that opens with the run at `at`; there is a later run of the same length. */
function endOfSpan(runs: readonly RegExpExecArray[], at: number): number {
  const length = runs[at]?.[0].length;
  let next = at + 1;
  while (runs[next]?.[0].length !== length) next += 1;
  return (runs[next]?.index ?? 0) + (length ?? 0);
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '\\': '&#92;',
  '`': '&#96;',
  '[': '&#91;',
};

function spell(prose: string, startsLine: boolean): string {
  const box = startsLine ? (/^\s*(?:[-*+]|\d{1,9}[.)]) \[[ xX]\](?= )/.exec(prose)?.[0] ?? '') : '';
  const command = startsLine ? /^\s*\/(?=[a-z])/i.exec(prose)?.[0] : undefined;
  const calm = command === undefined ? prose.slice(box.length) : prose.slice(command.length);
  return (
    box +
    (command?.replace('/', '&#47;') ?? '') +
    calm
      .replace(/[&<\\`[]/g, (character) => entities[character] ?? character)
      .replace(/~{3,}/g, (run) => '&#126;'.repeat(run.length))
      .replace(/@(?=[\p{L}\p{N}_])/gu, breakMention)
  );
}
