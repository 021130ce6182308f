import { asksQuestion, finished, noChangeNeeded } from '../ending.ts';
import type { Tool } from './tool.ts';
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
  use(args) {
    const [question, reason] = [stated(text(args, 'question')), stated(text(args, 'no_change_reason'))];
    const summary = text(args, 'summary').trim().slice(0, 4000);
    const ending =
      question !== '' ? asksQuestion(question) : reason !== '' ? noChangeNeeded(reason) : finished(summary);
    return Promise.resolve({ ok: true, text: 'Done.', ending });
  },
};

/** Models fill in every field they are shown, with words for nothing. */
function stated(value: string): string {
  const said = value.trim().slice(0, 4000);
  return /^(?:none|n\/a|na|no|null|undefined|nothing|not applicable|-|false)?[.!]?$/i.test(said) ? '' : said;
}
