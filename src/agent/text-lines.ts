/** A line and what ends it: LF, CRLF, or nothing at the end of a file. */
export type TextLine = { text: string; eol: string };

/** A file cut into lines, with everything needed to put its untouched bytes back. */
export type FileText = { bom: string; lines: TextLine[]; eol: string };

/** Replaces `length` lines from `start`. `kept` says for each new line which line of the place it repeats, or -1. */
export type LineOp = {
  start: number;
  length: number;
  lines: string[];
  kept: number[];
  finalNewline?: boolean;
};

const byteOrderMark = '\uFEFF';

export function splitFile(text: string): FileText {
  const bom = text.startsWith(byteOrderMark) ? byteOrderMark : '';
  const lines: TextLine[] = [];
  for (let start = bom.length; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    const isCrlf = feed > start && text.charAt(feed - 1) === '\r';
    lines.push({
      text: text.slice(start, isCrlf ? end - 1 : end),
      eol: feed < 0 ? '' : isCrlf ? '\r\n' : '\n',
    });
    start = end + 1;
  }
  return { bom, lines, eol: usualEol(lines) };
}

export function joinFile(file: FileText): string {
  return file.bom + file.lines.map((line) => line.text + line.eol).join('');
}

/** The lines of a block from a model; a final line ending does not begin another line. */
export function blockLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Applies operations that do not overlap. Lines they do not touch keep every byte; a missing final newline stays missing. */
export function applyOps(file: FileText, ops: LineOp[]): FileText {
  const lines: TextLine[] = [];
  let next = 0;
  for (const op of [...ops].sort((a, b) => a.start - b.start || a.length - b.length)) {
    while (next < op.start) lines.push(file.lines[next++] ?? emptyLine);
    lines.push(...newLines(file, op));
    next = op.start + op.length;
  }
  while (next < file.lines.length) lines.push(file.lines[next++] ?? emptyLine);
  const said = ops.find((op) => op.finalNewline !== undefined && op.start + op.length === file.lines.length);
  const ended = said?.finalNewline ?? file.lines.at(-1)?.eol !== '';
  return {
    ...file,
    lines: lines.map((line, index) => withEol(line, index < lines.length - 1 || ended, file.eol)),
  };
}

const emptyLine: TextLine = { text: '', eol: '\n' };

function usualEol(lines: TextLine[]): string {
  const crlf = lines.filter((line) => line.eol === '\r\n').length;
  return crlf * 2 > lines.filter((line) => line.eol !== '').length ? '\r\n' : '\n';
}

/** A new line ends as the line in whose place it comes; files with mixed endings stay as mixed as they are. */
function newLines(file: FileText, op: LineOp): TextLine[] {
  let place = op.start;
  return op.lines.map((text, index) => {
    const kept = op.kept[index] ?? -1;
    const same = kept < 0 ? undefined : file.lines[op.start + kept];
    const beside = file.lines[Math.min(place, Math.max(op.start, op.start + op.length - 1))];
    place = same === undefined ? place + 1 : op.start + kept + 1;
    return same ?? { text, eol: (beside ?? file.lines[op.start - 1])?.eol ?? file.eol };
  });
}

function withEol(line: TextLine, isEnded: boolean, eol: string): TextLine {
  if (isEnded) return line.eol === '' ? { ...line, eol } : line;
  return { ...line, eol: '' };
}
