import type { Ticket } from '../ticket.ts';
import { trimEnd } from '../trim-end.ts';

type Known = {
  title: string;
  args: Readonly<Record<string, string>>;
  /** Whether a sentence asks for the very same thing. */
  isSame: (sentence: string) => boolean;
  bot: string;
};

/** Whether a ticket says anything besides its title that a change could have to heed. When in doubt it does. */
export function asksMore(ticket: Ticket, known: Known): boolean {
  const { brief, implementationPlan = '', implementationNotes = '' } = ticket;
  if (ticket.comments.some(({ author }) => author !== known.bot)) return true;
  const items = [...ticket.acceptanceCriteriaItems, ...ticket.definitionOfDoneItems];
  const texts = [brief, implementationPlan, implementationNotes, ...items.map(({ text }) => text)];
  return !texts.flatMap(sentences).every((sentence) => saysNothingNew(sentence, known));
}

function sentences(text: string): string[] {
  return text
    .split(/\n+|(?<=[.!?])\s+(?=[A-Z`"“])/)
    .map((sentence) => sentence.replace(/^\s*(?:[-*+]|\d+\.)\s+|^#+\s+/, '').trim())
    .filter((sentence) => sentence !== '');
}

function saysNothingNew(sentence: string, { title, args, isSame }: Known): boolean {
  const plain = bare(sentence);
  return (
    plain === bare(title) ||
    isSame(sentence) ||
    /^(?:why|reason|because)\b[:,]?\s/i.test(sentence) ||
    harmless.some((pattern) => pattern.test(plain)) ||
    Object.values(args).some((value) => tellsOfResult(plain, bare(value)))
  );
}

/** That the old one is gone, or the new one is there, is what the recipe does anyway. */
function tellsOfResult(plain: string, value: string): boolean {
  if (!plain.startsWith(`${value} `)) return false;
  return /^(?:no longer (?:occurs|appears|exists)|is (?:gone|no longer (?:used|there)|used (?:everywhere|instead)))(?: (?:anywhere|everywhere|in (?:code|repository|project)))?$/.test(
    plain.slice(value.length + 1),
  );
}

function bare(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[`"'“”*]/g, '')
    .replace(/\b(?:the|a|an)\s/g, '');
  return trimEnd(plain, '.!:').trim();
}

const harmless = [
  /^(?:no other|no functional|no behaviou?r(?:al)?) changes?(?: (?:is|are) (?:needed|wanted|intended))?$/,
  /^nothing else (?:changes|should change|is changed)$/,
  /^(?:all )?(?:tests?|checks?|build|lint(?:er)?|types?|ci)(?: suite)?(?: (?:still|all))? (?:pass(?:es)?|succeeds?|(?:is|are|stays?) green)$/,
  /^(?:everywhere|thanks?|thank you|please)$/,
  /^(?:all )?(?:references|imports|usages|call sites|callers)(?: to it)? (?:are )?(?:updated|follow)$/,
];
