import type { House } from '../app/house.ts';
import type { Explanation } from '../domain/command.ts';
import { forLine } from '../domain/untrusted.ts';
import { printTicket } from './print-ticket.ts';
import type { Session } from './session.ts';

const askEvery = 1000;

/** Follows a ticket that another process works on, by asking it each second, until it is settled or held. */
export async function followElsewhere(session: Session, house: House, file: string): Promise<number> {
  const { output, clock, signal } = session;
  let told = '';
  for (;;) {
    const explained = await house.act('explain', { id: file }, signal);
    const { id, verdict, reason } = explained;
    const line = forLine(`${id}  ${verdict}: ${reason}`, 500);
    if (line !== told) output.say(line);
    told = line;
    if (isOver(explained)) break;
    await clock.wait(askEvery, signal);
  }
  const report = await house.act('show', { id: file, diff: false }, signal);
  await printTicket(report, output);
  return report.state === 'failed' || report.state === 'todo' ? 1 : 0;
}

/** Held in todo, it would wait for a person; everywhere but in todo and processing it is settled. */
function isOver({ state, verdict }: Explanation): boolean {
  return (state !== 'todo' && state !== 'processing') || (state === 'todo' && verdict === 'hold');
}
