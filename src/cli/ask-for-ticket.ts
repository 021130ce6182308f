import type { TicketDraft } from '../app/tools.ts';
import type { Questions } from './questions.ts';

/** Asks for a ticket, part by part; everything but the title may be left out. */
export async function askForTicket(questions: Questions): Promise<TicketDraft> {
  const title = await questions.text('What should be done, in a line?', {
    check: (answer) => (answer.trim() === '' ? 'A ticket needs a title.' : undefined),
  });
  const description = await questions.text('Where, and how? (file, function, an example; empty for nothing)');
  const acceptanceCriteria: string[] = [];
  for (;;) {
    const number = acceptanceCriteria.length + 1;
    const criterion = await questions.text(`How is it seen to be done, ${number}? (empty to go on)`);
    if (criterion === '') break;
    acceptanceCriteria.push(criterion);
  }
  const levels = ['high', 'medium', 'low'].map((value) => ({ value, label: value }));
  const priority = await questions.choose(
    'How soon?',
    [...levels, { value: '', label: 'no priority' }],
    'medium',
  );
  const labels = await questions.text('Labels, with commas between them (empty for none)');
  return {
    title,
    ...(description === '' ? {} : { description }),
    ...(acceptanceCriteria.length === 0 ? {} : { acceptanceCriteria }),
    ...(priority === '' ? {} : { priority }),
    ...(labels === '' ? {} : { labels: listOf(labels) }),
  };
}

function listOf(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '');
}
