import type { Ending } from '../ending.ts';
import { asksQuestion, finished, noChangeNeeded } from '../ending.ts';
import type { Hands } from '../hands.ts';
import type { Arguments, Tool } from './tool.ts';
import { offer, text } from './tool.ts';

export const doneTool: Tool = {
  offer: offer(
    'done',
    'Say that the change is complete.',
    {
      summary: { type: 'string', description: 'what you changed, in one or two sentences' },
      no_change_reason: { type: 'string', description: 'only if nothing needs to change: why' },
      question: { type: 'string', description: 'only if a person must decide first' },
    },
    ['summary'],
  ),
  subject: (args) => text(args, 'question') || text(args, 'no_change_reason') || text(args, 'summary'),
  use: (args, hands) => Promise.resolve({ ok: true, text: 'Done.', ending: endingOf(args, hands) }),
};

/** After work a question or a reason is a remark about it: whoever changed files did not wait for an answer. */
function endingOf(args: Arguments, hands: Hands): Ending {
  const [question, reason] = [stated(text(args, 'question')), stated(text(args, 'no_change_reason'))];
  const summary = text(args, 'summary').trim().slice(0, 4000);
  if (hands.touched.size > 0) {
    const open = question === '' ? [] : [`Open question: ${question}`];
    return finished([summary, ...open].filter((part) => part !== '').join('\n\n'));
  }
  if (question !== '') return asksQuestion(question);
  return reason === '' ? finished(summary) : noChangeNeeded(reason);
}

/** Models fill in every field they are shown, with words for nothing. */
function stated(value: string): string {
  const said = value.trim().slice(0, 4000);
  return /^(?:none|n\/a|na|no|null|undefined|nothing|not applicable|-|false)?[.!]?$/i.test(said) ? '' : said;
}
