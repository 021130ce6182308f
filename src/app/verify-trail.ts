import { join } from 'node:path';
import type { Paths } from '../config/paths.ts';
import type { AuditReport } from '../telemetry/verify-audit.ts';
import { verifyAudit } from '../telemetry/verify-audit.ts';

/** The file of the audit trail. */
export function auditFile({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'audit.jsonl');
}

/** Looks whether the audit trail is as it was written. */
export function verifyTrail(paths: Pick<Paths, 'state'>): Promise<AuditReport & { file: string }> {
  const file = auditFile(paths);
  return verifyAudit(file).then((report) => ({ file, ...report }));
}
