import { addedLines, removedLines, type DiffLine, type FileDiff } from '../domain/read-diff.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';

const source =
  /\.(?:[cm]?[jt]sx?|py|pyi|go|rs|java|kts?|cs|rb|php|swift|scala|exs?|c|cc|cpp|h|hpp|sh|lua|vue|svelte)$/i;

export function isSource(path: string): boolean {
  return source.test(path);
}

/** New lines of code that every character of shows, and that read otherwise than they run all the same. */
export function findDeceptiveText({ diffs }: Inspected): Refusal[] {
  return diffs
    .filter(({ path }) => isSource(path))
    .flatMap((file) => {
      const before = new Set(removedLines(file).map(({ text }) => text.trim()));
      return addedLines(file)
        .filter(({ text }) => !before.has(text.trim()))
        .flatMap((line) => {
          const reason = faultOf(file, line);
          return reason === null
            ? []
            : [{ code: 'GUARD_HIDDEN_TEXT' as const, path: file.path, line: line.newLine, reason }];
        });
    });
}

function faultOf({ path }: FileDiff, { text, newLine }: DiffLine): string | null {
  const mixed = lookalikeIn(text);
  if (mixed !== null)
    return `${JSON.stringify(mixed)} mixes letters of two scripts that look alike; write it in one`;
  if (/\S[ \t]{200,}\S/.test(text)) return 'this line goes on far to the right, where nobody looks; break it';
  if (newLine <= 2 && path.endsWith('.py') && decodesAnew(text))
    return 'by this line Python reads the file otherwise than people do; leave it in UTF-8';
  if (path.endsWith('.java') && /\\u+00(?:0[ad]|2[27af]|5c)/i.test(text))
    return 'Java reads this escape before it knows what is a comment; write the character itself';
  return null;
}

function decodesAnew(line: string): boolean {
  const encoding = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)?.[1];
  return (
    encoding !== undefined && !/^(?:utf-?8(?:-sig)?|ascii|us-ascii|latin-?1|iso-8859-\d+)$/i.test(encoding)
  );
}

/** Letters that look like ours and are of another script, or of another width or style. */
const twins =
  '\\u0391\\u0392\\u0395-\\u0397\\u0399\\u039a\\u039c\\u039d\\u039f\\u03a1\\u03a4\\u03a5\\u03a7\\u03bf\\u03c5' +
  '\\u0405\\u0406\\u0408\\u0410\\u0412\\u0415\\u041a\\u041c-\\u041e\\u0420-\\u0422\\u0425\\u0430\\u0435\\u043e\\u0440\\u0441\\u0443\\u0445\\u0455\\u0456\\u0458' +
  '\\u0501\\u051b\\u051d\\u0570\\u0578\\u057d\\u0585\\uff21-\\uff3a\\uff41-\\uff5a\\u{1d400}-\\u{1d7ff}';
const word = new RegExp(`[\\w$\\p{L}${twins}]+`, 'gu');
const twin = new RegExp(`[${twins}]`, 'u');
const ours = new RegExp(`^[\\w$${twins}]+$`, 'u');

/** A word of Latin letters and of twins of some. A word with a letter that is no twin is a word of another language. */
function lookalikeIn(text: string): string | null {
  if (!twin.test(text)) return null;
  const words = text.match(word) ?? [];
  return words.find((each) => twin.test(each) && /[A-Za-z]/.test(each) && ours.test(each)) ?? null;
}
