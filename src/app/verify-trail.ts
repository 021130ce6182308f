import { join } from 'node:path';
import type { Paths } from '../config/paths.ts';
import { Failure } from '../domain/failure.ts';
import type { AuditReport } from '../telemetry/verify-audit.ts';
import { verifyAudit } from '../telemetry/verify-audit.ts';

/** The file of the audit trail. */
export function auditFile({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'audit.jsonl');
}

/** Looks whether the audit trail is as it was written; `anchor`: a line of it, as an earlier look told its last one. */
export async function verifyTrail(
  paths: Pick<Paths, 'state'>,
  anchor: string | null,
): Promise<AuditReport & { file: string; anchor: string }> {
  const file = auditFile(paths);
  const report = await verifyAudit(file, readAnchor(anchor));
  return { file, anchor: `${report.last.seq}:${report.last.hash}`, ...report };
}

function readAnchor(anchor: string | null): { seq: number; hash: string } | null {
  if (anchor === null) return null;
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(anchor) ?? [];
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash };
  throw new Failure(
    'BAD_USAGE',
    `--anchor is ${JSON.stringify(anchor)}, expected NUMBER:HASH as \`audit verify\` prints it.`,
  );
}
