import { Failure } from '../domain/failure.ts';
import { forLine, showHidden } from '../domain/untrusted.ts';

/** A piece of a change that a model sees at once: whole files of the diff, and what the other pieces are about. */
export type Part = { diff: string; number: number; of: number; otherFiles: string[] };

/** `tokens` is what the diff of one part may take, `model` whose window that is. */
export type Room = { tokens: number; model: string };

/** What one review may cost at most, in requests that are answered at once. */
const mostParts = 12;

/** Bytes of code that make a token, on the safe side. */
const bytesPerToken = 3.2;

/**
 * The whole diff where it fits, else its files in as few parts as they fill in their order. A file is never divided
 * and nothing is left out: what does not fit that way is no change for this reviewer.
 */
export function splitChange(diff: string, { tokens, model }: Room): Part[] {
  const files = diff.split(/\n(?=diff --git )/).map((text) => ({ text, tokens: countTokens(`${text}\n`) }));
  const groups: (typeof files)[] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const file of files) {
    if (file.tokens > tokens)
      throw tooLarge(model, `${nameOf(file.text)} alone ${needs(file.tokens, tokens)}`);
    used += file.tokens;
    if (used <= tokens) groups.at(-1)?.push(file);
    else {
      groups.push([file]);
      used = file.tokens;
    }
  }
  if (groups.length > mostParts)
    throw tooLarge(
      model,
      `it makes ${groups.length} parts of ${tokens} tokens, and at most ${mostParts} are asked for`,
    );
  return groups.map((group, index) => ({
    diff: `${group.map(({ text }) => text).join('\n')}${index < groups.length - 1 ? '\n' : ''}`,
    number: index + 1,
    of: groups.length,
    otherFiles: files.filter((file) => !group.includes(file)).map(({ text }) => nameOf(text)),
  }));
}

/** About how many tokens a text is, as a model is shown it. */
export function countTokens(text: string): number {
  return Math.ceil(new TextEncoder().encode(showHidden(text)).length / bytesPerToken);
}

export function tooLarge(model: string, why: string, cause?: unknown): Failure {
  const message = `The change is too large for the window of the reviewer ${model}: ${why}. A part of a change is never reviewed for the whole.`;
  return new Failure('REVIEW_FAILED', message, { cause });
}

function needs(tokens: number, room: number): string {
  return `needs about ${tokens} tokens, and there is room for ${Math.max(0, room)}`;
}

/** As its header names it; for people, so a rare quoted name may stay quoted. */
function nameOf(text: string): string {
  const header = text.slice(0, text.indexOf('\n'));
  return forLine(/^diff --git .* "?b\/(.*?)"?$/s.exec(header)?.[1] ?? header, 300);
}
