import { createReadStream } from 'node:fs';
import { beginning, readHead, readLine, sha256, type Link } from './audit-chain.ts';

/** `line` counts from 1; 0 is the file as a whole. */
export type AuditFault = { line: number; what: string };

/** `last`: the last line; kept elsewhere, it finds what was done by somebody who writes everything anew. */
export type AuditReport = { entries: number; last: Link; faults: AuditFault[] };

/** Faults that are worth reading; one change of a line is found once, at that line or the one after it. */
const mostFaults = 50;

/**
 * Looks whether a trail is as it was written: nothing changed, taken out, put in, moved, or cut off. `anchor`: a line
 * that somebody knows to have been there.
 */
export async function verifyAudit(file: string, anchor: Link | null = null): Promise<AuditReport> {
  const head = await readHead(file);
  const awaited = new Set([head, anchor].filter((link) => link !== null && link.seq > 0));
  const report: AuditReport = { entries: 0, last: beginning, faults: [] };
  let torn: string | null = null;
  let number = 0;
  for await (const text of linesOf(file)) {
    number += 1;
    const line = readLine(text);
    if (line === null) {
      // Only what a crash left is named by the line that follows it.
      if (torn !== null) add(report, number - 1, noLine);
      torn = text;
      continue;
    }
    report.entries += 1;
    if (torn !== null && line.torn !== sha256(torn)) add(report, number - 1, noLine);
    torn = null;
    for (const fault of faultsOf(line, report.last)) add(report, number, fault);
    for (const link of awaited) if (meets(report, number, { line, link })) awaited.delete(link);
    report.last = { seq: line.seq, hash: line.hash };
  }
  if (torn !== null && number > 0)
    add(report, number, 'this line is not finished; the next start will name it');
  if (head === null && report.entries > 0)
    add(report, 0, 'the file that says what its last line was is gone (it has the same name and `.head`)');
  for (const link of awaited)
    add(
      report,
      0,
      `the trail had ${link?.seq} entries and ends after ${report.last.seq}; its end was cut off`,
    );
  return report;
}

const noLine = 'this is no line of an audit trail';

type ReadLine = NonNullable<ReturnType<typeof readLine>>;

/** Whether this is the place of a line that is known, and says so where it is another one. */
function meets(
  report: AuditReport,
  number: number,
  { line, link }: { line: ReadLine; link: Link | null },
): boolean {
  if (line.seq !== link?.seq) return false;
  if (line.hash !== link.hash) add(report, number, 'this is another line than the one that was written here');
  return true;
}

function faultsOf(line: ReadLine, last: Link): string[] {
  const fault = faultOf(line, last);
  const told = line.type === 'trail:broken' ? `when the trail was opened here, ${String(line.wrong)}` : null;
  return [fault, told].filter((what) => what !== null);
}

function faultOf(line: ReadLine, last: Link): string | null {
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
