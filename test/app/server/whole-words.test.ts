import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inWholeWords } from '../../../src/app/server/whole-words.ts';
import type { Event } from '../../../src/domain/event.ts';
import { settled, ticketEvent } from '../../support/events.ts';

const secret = ['made', 'up', 'token'].join('-');
const clean = (text: string): string => text.replaceAll(secret, '[redacted]');
const piece = (text: string, more: object = {}): Event => ({
  ...ticketEvent({ type: 'model:text', model: 'm', text }),
  ...more,
});

function listen() {
  const heard: Event[] = [];
  const pass = inWholeWords(clean, (event) => void heard.push(event));
  const text = (): string => heard.map((event) => (event.type === 'model:text' ? event.text : '|')).join('');
  return { heard, pass, text };
}

describe('the live text of a model', () => {
  it('holds no secret, wherever it is cut', () => {
    const said = `Use ${secret} now, "${secret}".\n${secret}`;
    fc.assert(
      fc.property(fc.array(fc.nat(said.length)), (cuts) => {
        const { pass, text } = listen();
        const places = [0, ...cuts.sort((a, b) => a - b), said.length];
        for (const [index, place] of places.entries()) pass(piece(said.slice(places[index - 1] ?? 0, place)));
        pass(settled);
        expect(text()).toBe(`${clean(said)}|`);
      }),
    );
  });

  it('comes word by word, and the last one before what happens next', () => {
    const { heard, pass, text } = listen();
    for (const part of ['Say', ' hel', 'lo\nto']) pass(piece(part));
    expect(text()).toBe('Say hello\n');
    expect(heard).toHaveLength(2);
    pass({ type: 'daemon:warning', message: 'of no run' });
    expect(text()).toBe('Say hello\n|');
    pass(settled);
    expect(text()).toBe('Say hello\n|to|');
  });

  it('of one run is not mixed with that of another', () => {
    const { heard, pass } = listen();
    pass(piece('one', { runId: 'a' }));
    pass(piece('two', { runId: 'b' }));
    pass(piece(' end ', { runId: 'a' }));
    expect(heard).toMatchObject([{ runId: 'a', text: 'one end ' }]);
  });

  it('without a space is not held back for ever', () => {
    const { pass, text } = listen();
    for (let count = 0; count < 5; count += 1) pass(piece('x'.repeat(1000)));
    expect(text()).toBe('x'.repeat(5000));
  });
});
