/**
 * Foreign text (tickets, models, diffs, branch names of others) on its way to a place that would obey it: a prompt, a
 * commit message, a terminal. The pull request has rules of its own in `untrusted-markdown.ts`. What is defanged stays
 * readable, and nothing is defanged by an invisible character.
 */

/** A character that changes what people see without being seen. `index` counts UTF-16 units. */
export type HiddenCharacter = { index: number; codePoint: number };

/** Controls but line feed and tab, format characters but the visible ones, blank letters, separators, variation selectors. */
const hidden =
  /[\p{Cc}\p{Zl}\p{Zp}[\p{Cf}--[\u0600-\u0605\u06dd\u08e2\u{110bd}\u{110cd}]]\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u3164\ufe00-\ufe0f\uffa0\u{e0000}-\u{e0fff}]/gv;

/**
 * The hidden characters of a text. Not among them: line feed, tab, a byte order mark at the very beginning, and
 * joiners and selectors where writing needs them, between letters of joined scripts and inside emoji.
 */
export function findHidden(text: string): HiddenCharacter[] {
  const found: HiddenCharacter[] = [];
  for (const match of text.matchAll(hidden)) {
    const codePoint = match[0].codePointAt(0) ?? 0;
    if (!isWriting(text, match.index, codePoint)) found.push({ index: match.index, codePoint });
  }
  return found;
}

/** Hidden characters as `⟦U+202E⟧`, line ends as line feeds. */
export function showHidden(text: string): string {
  const plain = text.replaceAll('\r\n', '\n').toWellFormed();
  let shown = '';
  let from = 0;
  for (const { index, codePoint } of findHidden(plain)) {
    shown += plain.slice(from, index) + nameCodePoint(codePoint);
    from = index + (codePoint > 0xffff ? 2 : 1);
  }
  return shown + plain.slice(from);
}

export function nameCodePoint(codePoint: number): string {
  return `⟦U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}⟧`;
}

/** At most `max` characters, never half a pair; what is missing is said within the limit where it fits. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const room = max - `… [${text.length} characters more]`.length;
  const kept = text.slice(0, room > 0 ? room : max).replace(/[\ud800-\udbff]$/, '');
  return room > 0 ? `${kept}… [${text.length - kept.length} characters more]` : kept;
}

/**
 * A block of data in a prompt or in Markdown: between fences that its text does not hold, so that nothing in it can
 * end it. `info` is our own word for what it is.
 */
export function fence(text: string, info = ''): string {
  const [ticks, tildes] = [fenceLength(text, '`'), fenceLength(text, '~')];
  const mark = ticks <= tildes ? '`'.repeat(ticks) : '~'.repeat(tildes);
  return `${mark}${info}\n${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${mark}`;
}

/** Foreign text as data in a prompt: nothing hidden, nothing endless, fenced. */
export function forPrompt(text: string, max: number, info = ''): string {
  return fence(cut(showHidden(text), max), info);
}

/** One line for a log or a terminal: no escape sequence, no control character, no line break. */
export function forLine(text: string, max: number): string {
  const plain = text
    .replace(/(?:\u001b\]|\u009d)[^\u0007\u001b\u009c\u009d]*(?:\u0007|\u001b\\|\u009c)/g, '')
    .replace(/(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/g, '');
  return cut(joinLines(plain), max);
}

/** All lines in one, with everything hidden shown; tabs, which move a terminal's cursor, are spaces. */
export function joinLines(text: string): string {
  return showHidden(text)
    .split(/[\n\t]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
}

/** Several lines for a commit message: no forged trailer, no word that closes issues, skips checks or calls people. */
export function forCommitMessage(text: string, max: number): string {
  const safe = breakClosingWords(showHidden(text))
    .replace(/\[([^\][\n]{0,40})\]/g, (whole, inside: string) =>
      skipsChecks(inside) ? `(${inside})` : whole,
    )
    .replace(/\*{3}(?=\s{0,3}no_ci)/gi, '* * *')
    .replace(
      /^([ \t]*)([a-z][a-z-]{0,60}-(?:by|to|id|checks?|key|run|model|review)|ticket|b?cc)[ \t]{0,20}:/gim,
      '$1$2 =',
    )
    .replace(/@(?=[\p{L}\p{N}])/gu, breakMention);
  return cut(safe, max);
}

/** `Fixes #1` -> `Fixes no. 1`: the words by which forges close issues, before a reference of whatever form. */
export function breakClosingWords(text: string): string {
  return text.replace(
    /(?<!\p{L})(close[sd]?|closing|fix(?:e[sd]|ing)?|resolve[sd]?|resolving|implement(?:s|ed|ing)?)\b([^\p{L}\p{N}#!]{0,20})((?:[\w.-]{1,60}\/[\w.-]{1,100})?[#!](?=\d)|gh-(?=\d)|https?:\/\/)/giu,
    (_whole, word: string, between: string, reference: string) => {
      const repository = /^(.*)[#!]$/.exec(reference)?.[1];
      if (repository !== undefined)
        return `${word}${between}${repository === '' ? '' : `${repository} `}no. `;
      return /^gh-$/i.test(reference) ? `${word}${between}GH ` : `${word}${between}see ${reference}`;
    },
  );
}

/** For `replace` over `@` before a name: an address keeps its sign, everything else could call somebody. */
export function breakMention(sign: string, offset: number, text: string): string {
  return /[A-Za-z0-9]/.test(text[offset - 1] ?? '') ? sign : '@ ';
}

function skipsChecks(inside: string): boolean {
  return /skip|\bno[ _-]?ci\b|\bci[ _-]?off\b/i.test(inside);
}

const joinedScript = /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}]$/u;
const brahmicScript =
  /^[\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}]$/u;

/** Such scripts need the joiners, emoji the joiner and the selectors, a file its byte order mark. */
function isWriting(text: string, index: number, codePoint: number): boolean {
  if (codePoint === 0x0a || codePoint === 0x09) return true;
  if (codePoint === 0xfeff) return index === 0;
  const before = characterBefore(text, index);
  if (codePoint === 0xfe0f || codePoint === 0xfe0e)
    return /^[\p{Emoji}\p{Extended_Pictographic}]$/u.test(before);
  if (codePoint !== 0x200c && codePoint !== 0x200d) return false;
  if (brahmicScript.test(before)) return true;
  const after = String.fromCodePoint(text.codePointAt(index + 1) ?? 0);
  if (joinedScript.test(before)) return joinedScript.test(after);
  return (
    codePoint === 0x200d &&
    /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]$/u.test(before) &&
    /^\p{Extended_Pictographic}$/u.test(after)
  );
}

function characterBefore(text: string, index: number): string {
  const last = text[index - 1] ?? '';
  return /[\udc00-\udfff]/.test(last) ? text.slice(index - 2, index) : last;
}

function fenceLength(text: string, mark: string): number {
  let [longest, run] = [0, 0];
  for (const character of text) {
    run = character === mark ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return Math.max(3, longest + 1);
}
