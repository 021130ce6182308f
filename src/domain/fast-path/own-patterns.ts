import type { RecipeName, RecipeOrder } from './recipe-order.ts';

/** A pattern of people's own: a regular expression with named groups, or a phrase that titles may come near to. */
export type OwnPattern = { recipe: RecipeName; args: Readonly<Record<string, string>> } & (
  | { regex: string }
  /** `{name}` in it stands for one quoted text or one word; `threshold` is from 0 to 1. */
  | { phrase: string; threshold: number }
);

/** What a title asks for by such a pattern; null when it does not fit. */
export function fitOwnPattern(pattern: OwnPattern, title: string): RecipeOrder | null {
  const found = 'regex' in pattern ? fitRegex(pattern.regex, title) : fitNear(pattern, title);
  if (found === null) return null;
  const { recipe } = pattern;
  const args = Object.fromEntries(
    Object.entries(pattern.args).map(([name, value]) => [name, fill(value, found.slots)]),
  );
  const written = 'regex' in pattern ? pattern.regex : pattern.phrase;
  return { recipe, args: { ...found.slots, ...args }, pattern: written, confidence: found.confidence };
}

type Found = { slots: Record<string, string>; confidence: number };

function fitRegex(regex: string, title: string): Found | null {
  const match = new RegExp(regex, 'i').exec(title.trim());
  if (match === null) return null;
  const groups = Object.entries<string | undefined>(match.groups ?? {});
  const slots = groups.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { slots: Object.fromEntries(slots), confidence: 1 };
}

/** Its words may differ by letters; what its slots hold must be there, one after the other. */
function fitNear({ phrase, threshold }: { phrase: string; threshold: number }, title: string): Found | null {
  const names = [...phrase.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const quoted = [...title.matchAll(/`([^`\n]+)`|"([^"\n]+)"/g)];
  if (quoted.length !== names.length) return null;
  const slots = Object.fromEntries(names.map((name, index) => [name, valueOf(quoted[index])]));
  const confidence = likeness(
    plain(phrase.replace(/\{\w+\}/g, '…')),
    plain(title.replace(/`[^`\n]+`|"[^"\n]+"/g, '…')),
  );
  return confidence >= threshold ? { slots, confidence } : null;
}

function valueOf(match: RegExpExecArray | undefined): string {
  return match?.[1] ?? match?.[2] ?? '';
}

function fill(template: string, slots: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(slots, name) ? (slots[name] ?? '') : whole,
  );
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[.,:;!?]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** 1 for the same text, less by each letter that would have to change, be added or be left out. */
function likeness(a: string, b: string): number {
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 1 : Math.round((1 - distance(a, b) / longest) * 100) / 100;
}

function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(a).entries()) {
    const line = [row + 1];
    for (let column = 0; column < b.length; column += 1) {
      const swapped = (above[column] ?? 0) + (letter === b[column] ? 0 : 1);
      line.push(Math.min(swapped, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
}
