import type { Finding } from '../../src/domain/review.ts';
import type { WireChat, WireReply } from './ollama-wire-chat.ts';
import type { WireAnswer } from './ollama-wire-routes.ts';

/** What a coder and a reviewer would say to one ticket. */
export type PreparedWork = {
  /** The coder's answers, turn by turn. */
  turns: readonly WireReply[];
  review: {
    summary: string;
    /** What the reviewer minds for as long as the diff does not hold `until`. */
    remark?: { finding: Finding; until: string };
  };
};

/** Answers for exactly these tickets, told apart by their titles; for anything else a refusal that says so. */
export function prepareAnswers(
  tickets: readonly { title: string; prepared: PreparedWork }[],
): (chat: WireChat) => WireAnswer {
  return (chat) => {
    const asked = chat.messages.find(({ role }) => role === 'user')?.content ?? '';
    const [heading = ''] = asked.split('\n', 1);
    const ticket = tickets.find(({ title }) => heading.endsWith(`: ${title}`));
    if (ticket === undefined)
      return { status: 500, error: 'no model is here, and no answer is prepared for this' };
    const { turns, review } = ticket.prepared;
    if (chat.body['format'] !== undefined) return reviewOf(review, asked, chat);
    return turns[Math.min(turnOf(chat, asked), turns.length - 1)] ?? { text: '' };
  };
}

/** A conversation holds its own turns; edits in text are asked for afresh, with what was wrong before. */
function turnOf({ messages }: WireChat, asked: string): number {
  const before = messages.filter(({ role }) => role === 'assistant').length;
  return before === 0 && asked.includes('\n# Feedback on the change') ? 1 : before;
}

function reviewOf({ summary, remark }: PreparedWork['review'], asked: string, chat: WireChat): WireReply {
  const { properties } = chat.body['format'] as { properties: { nonce: { enum: string[] } } };
  const [nonce] = properties.nonce.enum;
  if (remark === undefined || asked.includes(remark.until)) return { json: { nonce, summary, findings: [] } };
  return { json: { nonce, summary: remark.finding.message, findings: [remark.finding] } };
}
