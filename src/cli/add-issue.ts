import { forLine } from '../domain/untrusted.ts';
import type { Session } from './session.ts';

/** Writes the ticket of an issue, once. */
export async function addIssue(session: Session, reference: string): Promise<number> {
  const { output, env, clock } = session;
  const { addFromIssue } = await import('../app/forge/add-from-issue.ts');
  const added = await addFromIssue(reference, { loaded: session.load(), env, clock, warn: output.warn });
  if (added === null) {
    output.warn(`${reference} is a ticket already.`);
    return 0;
  }
  const { id, file } = added;
  if (output.json) await output.printJson({ id, file });
  else await output.print(`${output.paint('strong', forLine(id, 80))}  ${forLine(file, 300)}`);
  return 0;
}
