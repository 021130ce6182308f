import { firstHeading } from '../ticket-identity.ts';
import type { Ticket } from '../ticket.ts';
import { asksMore } from './asks-more.ts';
import { builtInPatterns } from './built-in-patterns.ts';
import type { OwnPattern } from './own-patterns.ts';
import { fitOwnPattern } from './own-patterns.ts';
import { fitPhrase } from './phrase.ts';
import { readTitle } from './read-title.ts';
import type { RecipeOrder } from './recipe-order.ts';

export type FastPathSettings = {
  enabled: boolean;
  /** From 0 to 1: what is less sure than this is a matter for a model. */
  confidence: number;
  patterns: readonly OwnPattern[];
  /** The author of what we wrote into tickets ourselves. */
  bot: string;
};

/**
 * The mechanical change that a ticket asks for; null when it asks for anything else, or for anything besides. Its title
 * must say all of it, and the rest of the ticket nothing new. A ticket that names its model or agent wants that one.
 */
export function matchTicket(ticket: Ticket, settings: FastPathSettings): RecipeOrder | null {
  const { patterns, bot } = settings;
  const { wishes } = ticket;
  if (wishes.model !== undefined || wishes.agent !== undefined) return null;
  const title = ticket.title.trim() || (firstHeading(ticket.rawContent)?.text ?? '');
  const order = matchTitle(title, settings);
  if (order === null) return null;
  const isSame = (sentence: string): boolean => saysTheSame(matchSentence(sentence, patterns), order);
  return asksMore(ticket, { title, args: order.args, isSame, bot }) ? null : order;
}

/** The change that a title asks for, whatever else the ticket says. */
export function matchTitle(
  title: string,
  { enabled, confidence, patterns }: FastPathSettings,
): RecipeOrder | null {
  const order = enabled ? matchSentence(title, patterns) : null;
  return order === null || order.confidence < confidence ? null : order;
}

/** What is longer asks for more, and is nothing to try expressions of unknown cost on. */
const longestSentence = 500;

/** People's own patterns go first: they may mean something else by the same words. */
function matchSentence(sentence: string, own: readonly OwnPattern[]): RecipeOrder | null {
  if (sentence.length > longestSentence) return null;
  for (const pattern of own) {
    const order = fitOwnPattern(pattern, sentence);
    if (order !== null) return order;
  }
  const tokens = readTitle(sentence);
  for (const { recipe, phrase, accepts } of builtInPatterns) {
    const fit = fitPhrase(phrase, tokens);
    if (fit !== null && accepts(fit.args)) return { recipe, ...fit, pattern: phrase.written };
  }
  return null;
}

function saysTheSame(said: RecipeOrder | null, order: RecipeOrder): boolean {
  if (said === null || said.recipe !== order.recipe) return false;
  return Object.entries(said.args).every(([name, value]) => order.args[name] === value);
}
