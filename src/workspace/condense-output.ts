import { stripVTControlCharacters } from 'node:util';

const headSize = 2000;
const tailSize = 4000;
const namedSize = 2000;

/**
 * What a model or a person needs of a program's output: its beginning, its end, and from between the lines that name a
 * changed file. Colours and other terminal codes are gone.
 */
export function condenseOutput(output: string, changedFiles: readonly string[]): string {
  const text = stripVTControlCharacters(output).replace(/\r\n?/g, '\n').trim();
  if (text.length <= headSize + tailSize) return text;
  const headEnd = lineBreakBefore(text, headSize);
  const tailStart = lineBreakAfter(text, text.length - tailSize);
  const between = text.slice(headEnd, tailStart);
  const named = linesNaming(between, changedFiles);
  const cut = between.length - named.length;
  return [text.slice(0, headEnd), `[… ${cut} characters cut out …]`, named, text.slice(tailStart)]
    .filter((part) => part !== '')
    .join('\n');
}

function linesNaming(text: string, files: readonly string[]): string {
  const lines = text.split('\n').filter((line) => files.some((file) => line.includes(file)));
  const joined = lines.map((line) => line.slice(0, 300)).join('\n');
  return joined.length <= namedSize ? joined : joined.slice(0, lineBreakBefore(joined, namedSize));
}

/** A very long line has no break near; then it is cut in its middle. */
function lineBreakBefore(text: string, position: number): number {
  const found = text.lastIndexOf('\n', position);
  return found > position / 2 ? found : position;
}

function lineBreakAfter(text: string, position: number): number {
  const found = text.indexOf('\n', position);
  return found >= 0 && found - position < tailSize / 2 ? found + 1 : position;
}
