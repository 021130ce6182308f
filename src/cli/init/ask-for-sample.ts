import type { Survey } from '../../app/set-up/survey-place.ts';
import { addTickets } from '../../app/tools.ts';
import { exitCodeOf, followDaemon, printOutcome } from '../follow-daemon.ts';
import type { Questions } from '../questions.ts';
import type { Session } from '../session.ts';

/** Small enough for any model, and nothing that anybody minds; the pull request is the person's to refuse. */
const sample = {
  title: 'Add a first page to docs',
  description: [
    'Create the file docs/first-ticket.md with exactly these two lines:',
    '# First ticket',
    'This file was made by ticketmill.',
  ].join('\n\n'),
  acceptanceCriteria: ['docs/first-ticket.md says that it was made by ticketmill'],
  labels: ['sample'],
};

/** Writes a sample ticket and works it off, when that is wanted; resolves with the exit code. */
export async function askForSample(
  session: Session,
  { model, survey }: { model: string | null; survey: Survey },
  questions: Questions,
): Promise<number> {
  if (model === null || survey.ollama.problem !== null || survey.repository.baseBranch === null) return 0;
  const wanted = `Try it with a sample ticket now, "${sample.title}"?`;
  if (!(await questions.confirm(wanted, false))) return 0;
  const loaded = session.load();
  const [added] = await addTickets([sample], loaded, { ...session, warn: session.output.warn });
  const house = await session.house(loaded);
  const only = added?.file ?? null;
  const outcome = await followDaemon(session, house, { once: true, only, concurrency: null, server: false });
  await printOutcome(outcome, session.output);
  const [settled] = outcome.settled;
  if (settled?.state === 'review')
    session.output.say(
      `Look at it with \`ticketmill show ${settled.id} --diff\`, then \`ticketmill merge ${settled.id}\` or \`reject\`.`,
    );
  return session.signal.aborted ? 130 : exitCodeOf(outcome);
}
