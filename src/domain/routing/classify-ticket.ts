import type { Ticket } from '../ticket.ts';
import type { Category, Classification } from './classification.ts';
import { categoryByName, categoryByTitle, categoryByWords } from './category-words.ts';
import { measureComplexity } from './measure-complexity.ts';

/** How often tickets with a label were of a category, by lower-case label. */
export type LabelVotes = Readonly<Record<string, Partial<Record<Category, number>>>>;

/** Kind and size of the work a ticket asks for: by what it says of itself, else by its words, else by its labels' past. */
export function classifyTicket(
  ticket: Pick<Ticket, 'title' | 'brief' | 'type' | 'labels' | 'acceptanceCriteriaItems' | 'wishes'>,
  votes: LabelVotes = {},
): Classification {
  const complexity = measureComplexity(ticket);
  const names = [ticket.type ?? '', ...ticket.labels];
  const stated = firstOf(names, categoryByName) ?? categoryByTitle(ticket.title);
  if (stated !== null) return { category: stated, complexity, by: 'pattern' };
  const guessed = categoryByWords(`${ticket.title}\n${ticket.brief}`);
  if (guessed !== null) return { category: guessed, complexity, by: 'heuristics' };
  const learned = categoryByVotes(ticket.labels, votes);
  if (learned !== null) return { category: learned, complexity, by: 'history' };
  return { category: 'general', complexity, by: 'default' };
}

function firstOf<Found>(names: readonly string[], find: (name: string) => Found | null): Found | null {
  for (const name of names) {
    const found = find(name);
    if (found !== null) return found;
  }
  return null;
}

const fewestVotes = 3;
const clearShare = 2 / 3;

function categoryByVotes(labels: readonly string[], votes: LabelVotes): Category | null {
  const sums = new Map<Category, number>();
  for (const label of labels) {
    const cast = Object.hasOwn(votes, label.toLowerCase()) ? votes[label.toLowerCase()] : undefined;
    for (const [category, count] of Object.entries(cast ?? {}) as [Category, number][])
      sums.set(category, (sums.get(category) ?? 0) + count);
  }
  const all = [...sums.values()].reduce((sum, count) => sum + count, 0);
  const [best] = [...sums].toSorted(([, a], [, b]) => b - a);
  return best !== undefined && all >= fewestVotes && best[1] >= all * clearShare ? best[0] : null;
}
