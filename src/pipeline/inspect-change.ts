import type { CapturedTree, CheckReport, Remark } from '../domain/change.ts';
import type { Inspection, Refusal, Workspace } from '../ports.ts';
import type { Bench } from './bench.ts';
import { atStage, ticketOf } from './bench.ts';

type Subject = { workspace: Workspace; captured: CapturedTree; checks: CheckReport };

/**
 * The guards, and what can only be asked of a change that they let pass: whether its dependencies are known to be
 * vulnerable, and, of a bug, whether a test fails without the change.
 */
export async function inspectChange(bench: Bench, subject: Subject): Promise<Inspection> {
  const { order, ports } = bench;
  const inspection = await atStage(bench, 'guard', () => lookAt(bench, subject));
  for (const { code, path, line, reason } of inspection.refusals)
    ports.observe({
      type: 'guard:refused',
      ...ticketOf(order),
      code,
      path,
      ...(line > 0 ? { line } : {}),
      reason,
    });
  for (const { path, text } of inspection.remarks)
    ports.observe({ type: 'guard:remarked', ...ticketOf(order), path, text });
  return inspection;
}

async function lookAt(bench: Bench, subject: Subject): Promise<Inspection> {
  const { guard, audit } = bench.ports;
  const { workspace, captured } = subject;
  const seen = await guard.inspect(captured);
  if (seen.refusals.length > 0) return seen;
  const audited = await audit?.(workspace, captured, bench.signal);
  const remarks = [...seen.remarks, ...(audited?.remarks ?? [])];
  if (audited !== undefined && audited.refusals.length > 0) return { refusals: audited.refusals, remarks };
  const proof = await lookForProof(bench, subject);
  return { refusals: proof.refusals, remarks: [...remarks, ...proof.remarks] };
}

async function lookForProof(bench: Bench, { workspace, captured, checks }: Subject): Promise<Inspection> {
  const { failToPass, checks: commands } = bench.order.plan;
  const { prove } = bench.ports;
  if (failToPass === undefined || prove === undefined) return { refusals: [], remarks: [] };
  const { base } = workspace;
  const { proven, path, text } = await prove({ change: captured, base, checks, commands }, bench.signal);
  const remark: Remark = { path, line: 0, text };
  if (proven || failToPass === 'report') return { refusals: [], remarks: [remark] };
  const reason = `${text}; add a test that fails without the change and passes with it`;
  const refusal: Refusal = { code: 'GUARD_NO_FAILING_TEST', path, line: 0, reason };
  return { refusals: [refusal], remarks: [] };
}
