import type { Event, Observe } from '../../domain/event.ts';

type TextEvent = Extract<Event, { type: 'model:text' }>;

/** A word of more characters is none, and nobody waits for its end. */
const longestWord = 4096;

/**
 * Passes events on, and the live text of models cleaned and in whole words: half a secret would be taken for none. The
 * last word comes with what follows it, or before whatever else happens to its run.
 */
export function inWholeWords(clean: (text: string) => string, listener: Observe): Observe {
  const held = new Map<string, TextEvent>();

  function tell(event: TextEvent, text: string): void {
    if (text !== '') listener({ ...event, text: clean(text) });
  }

  function release(runId: string): void {
    const event = held.get(runId);
    if (event === undefined) return;
    held.delete(runId);
    tell(event, event.text);
  }

  return (event) => {
    if (event.type === 'model:text') {
      const text = (held.get(event.runId)?.text ?? '') + event.text;
      const end = endOfWords(text);
      held.set(event.runId, { ...event, text: text.slice(end) });
      tell(event, text.slice(0, end));
      return;
    }
    if ('runId' in event) release(event.runId);
    listener(event);
  };
}

function endOfWords(text: string): number {
  let end = text.length;
  while (end > 0 && !/\s/.test(text.charAt(end - 1))) end -= 1;
  return end === 0 && text.length > longestWord ? text.length : end;
}
