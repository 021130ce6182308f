import type { Ticket } from '../ticket.ts';
import type { Complexity } from './classification.ts';

/** How much work a ticket asks for: as a label or an estimate says, else by its length, its criteria and its words. */
export function measureComplexity({
  title,
  brief,
  labels,
  acceptanceCriteriaItems,
  wishes,
}: Pick<Ticket, 'title' | 'brief' | 'labels' | 'acceptanceCriteriaItems' | 'wishes'>): Complexity {
  for (const label of labels) {
    const stated = statedBy(label.toLowerCase());
    if (stated !== null) return stated;
  }
  if (wishes.estimatedHours !== undefined)
    return wishes.estimatedHours <= 1 ? 'low' : wishes.estimatedHours <= 6 ? 'medium' : 'high';
  const text = `${title}\n${brief}`;
  const points =
    step(text.split(/\s+/).length, [150, 400]) +
    step(acceptanceCriteriaItems.length, [4, 8]) +
    step(distinct(text, paths), [3, 6]) +
    Math.min(2, distinct(text, hard)) -
    (easy.test(title) ? 2 : 0);
  return points <= 0 ? 'low' : points <= 2 ? 'medium' : 'high';
}

function statedBy(label: string): Complexity | null {
  const [, size] = /^(?:size|complexity|effort)[:/ -]\s{0,3}(\w+)$/.exec(label) ?? [];
  const word = size ?? label;
  const isStated = (all: readonly string[]): boolean => all.includes(word);
  if (isStated(['good first issue', 'good-first-issue', 'trivial', 'easy', 'quick-win'])) return 'low';
  if (isStated(['epic', 'complex', 'hard'])) return 'high';
  if (size === undefined) return null;
  if (isStated(['xs', 's', 'small', 'low'])) return 'low';
  if (isStated(['m', 'medium'])) return 'medium';
  return isStated(['l', 'xl', 'xxl', 'large', 'big', 'high']) ? 'high' : null;
}

function step(value: number, limits: readonly number[]): number {
  return limits.filter((limit) => value >= limit).length;
}

function distinct(text: string, pattern: RegExp): number {
  return new Set((text.match(pattern) ?? []).map((word) => word.toLowerCase())).size;
}

const paths =
  /(?<![\w-])[\w-]+(?:\/[\w.-]+)+|(?<![\w-])[\w-]+\.(?:[cm]?[jt]sx?|py|go|rs|java|rb|json|ya?ml|md|css|html)\b/g;
const hard =
  /\b(?:architecture|migrat(?:e|ion)|concurren(?:t|cy)|race condition|distributed|protocol|rewrite|redesign|security|performance|backwards? compatib\w{2,5}|transactions?|end-to-end|throughout|across)\b/gi;
const easy = /\b(?:typos?|rename|wording|bump|comment|log message|spelling|label)\b/i;
