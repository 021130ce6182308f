import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { beginning, readLine, sha256, type Link } from './audit-chain.ts';

/** `line` counts from 1; 0 is the file as a whole. */
export type AuditFault = { line: number; what: string };

export type AuditReport = { entries: number; faults: AuditFault[] };

/** Faults that are worth reading; one change of a line is found once, at that line or the one after it. */
const mostFaults = 50;

/** Looks whether a trail is as it was written: nothing changed, taken out, put in, moved, or cut off. */
export async function verifyAudit(file: string): Promise<AuditReport> {
  const head = await readHead(`${file}.head`);
  const report: AuditReport = { entries: 0, faults: [] };
  let last = beginning;
  let torn: string | null = null;
  let number = 0;
  let passedHead = head === null || head.seq === 0;
  for await (const text of linesOf(file)) {
    number += 1;
    const line = readLine(text);
    if (line === null) {
      // Only what a crash left is named by the line that follows it.
      if (torn !== null) add(report, number - 1, 'this is no line of an audit trail');
      torn = text;
      continue;
    }
    report.entries += 1;
    if (torn !== null && line.torn !== sha256(torn))
      add(report, number - 1, 'this is no line of an audit trail');
    torn = null;
    const fault = faultOf(line, last);
    if (fault !== null) add(report, number, fault);
    if (head !== null && line.seq === head.seq) {
      passedHead = true;
      if (line.hash !== head.hash)
        add(report, number, 'this is another line than the one that was written here');
    }
    last = line;
  }
  if (torn !== null && number > 0)
    add(report, number, 'this line is not finished; the next start will name it');
  if (!passedHead && head !== null)
    add(report, 0, `the trail had ${head.seq} entries and ends after ${last.seq}; its end was cut off`);
  return report;
}

function faultOf(line: Link & { previous: string; isWhole: boolean }, last: Link): string | null {
  if (!line.isWhole) return `entry ${line.seq} was changed after it was written`;
  if (line.seq !== last.seq + 1)
    return `entry ${line.seq} follows entry ${last.seq}; entries were taken out, put in or moved`;
  return line.previous === last.hash
    ? null
    : `entry ${line.seq} was written after another entry ${last.seq} than this one`;
}

function add({ faults }: AuditReport, line: number, what: string): void {
  if (faults.length < mostFaults) faults.push({ line, what });
}

/** By line feeds alone: a text in a line may hold every other kind of break. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const piece of createReadStream(file, 'utf8')) {
      const lines = (rest + String(piece)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (rest !== '') yield rest;
}

async function readHead(file: string): Promise<Link | null> {
  try {
    const { seq, hash } = JSON.parse(await readFile(file, 'utf8')) as Partial<Link>;
    return typeof seq === 'number' && typeof hash === 'string' ? { seq, hash } : null;
  } catch {
    return null;
  }
}
