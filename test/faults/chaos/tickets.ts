import { setTimeout as sleep } from 'node:timers/promises';
import type { WireChat } from '../../../scripts/demo/ollama-wire-chat.ts';
import type { TicketState } from '../../../src/domain/ticket.ts';
import type { FakeAnswer, FakeOllamaOptions } from '../../support/fake-ollama.ts';
import type { Promised } from '../../support/invariants.ts';
import type { Random } from './random.ts';

/** merged: may be merged while nobody runs · edited: a person writes into it · twin: has the id of another one. */
export const kinds = ['plain', 'merged', 'edited', 'blocked', 'needless', 'wrong', 'twin'] as const;
export type Kind = (typeof kinds)[number];

export type ChaosTicket = Promised & { kind: Kind; file: string; text: string };

const weights: Record<Kind, number> = {
  plain: 8,
  merged: 6,
  edited: 2,
  blocked: 2,
  needless: 1,
  wrong: 2,
  twin: 1,
};

const ends: Record<Kind, readonly TicketState[]> = {
  plain: ['review'],
  merged: ['review', 'done'],
  edited: ['review'],
  blocked: ['review'],
  needless: ['review'],
  wrong: ['failed'],
  twin: ['todo'],
};

export function drawKind(random: Random): Kind {
  const lots = kinds.flatMap((kind) => Array.from({ length: weights[kind] }, () => kind));
  return random.pick(lots) ?? 'plain';
}

/** A ticket of its own id; without a date of creation every third time, so that ids are numbered. */
export function writeTicket(number: number, kind: Kind): ChaosTicket {
  const id = `t-${number}`;
  const words = `Write notes/${id}.txt, as a ${kind} one.`;
  const created = number % 3 === 0 ? '' : `created_date: '2026-01-02 03:04'\n`;
  const wish = kind === 'blocked' ? 'review: hold\n' : '';
  const text = `---\nid: ${id}\ntitle: Note ${number}\nstatus: To Do\n${created}${wish}---\n\n${words}\n`;
  return { id, kind, words, text, file: `${id} - Note-${number}.md`, ends: ends[kind] };
}

/** A second file with a live ticket's id; it waits until that one is decided. */
export function twinOf({ id, text }: ChaosTicket): { file: string; text: string } {
  return { file: `${id}-copy.md`, text: text.replace(/Write notes/, 'Copy notes') };
}

/** The model of all tickets: slow enough to be killed in the middle. `secret` is something it must not pass on. */
export function answerAll(
  random: Random,
  { delayMs, secret }: { delayMs: number; secret: string },
): FakeOllamaOptions {
  return {
    models: [{ name: 'coder:7b', capabilities: ['completion'] }],
    async script(chat) {
      await sleep(random.between(1, delayMs));
      return answer(chat, secret);
    },
  };
}

function answer({ messages, body }: WireChat, secret: string): FakeAnswer {
  const said = messages.map(({ content }) => content).join('\n');
  if (body['format'] !== undefined) return verdict(body['format'], said);
  const [, id = 'nobody', kind = 'wrong'] = /Write notes\/([\w-]+)\.txt, as a (\w+) one/.exec(said) ?? [];
  switch (kind) {
    case 'wrong':
      return 'DONE: All is done.\n';
    case 'needless':
      return 'NO CHANGE NEEDED: It is there already.\n';
    default: {
      const note = kind === 'blocked' ? 'This is SERIOUSLY WRONG.' : `A note of ${id}.`;
      return `notes/${id}.txt\n\`\`\`\n${note}\n\`\`\`\n\nDONE: Wrote it, with ${secret} in mind.\n`;
    }
  }
}

function verdict(format: unknown, said: string): FakeAnswer {
  const { properties } = format as { properties: { nonce: { enum: string[] } } };
  const file = /notes\/[\w-]+\.txt/.exec(said)?.[0] ?? '';
  const finding = {
    severity: 'CRITICAL',
    category: 'bugs',
    file,
    line: 1,
    message: 'It is seriously wrong.',
  };
  const findings = said.includes('+This is SERIOUSLY WRONG.') ? [finding] : [];
  return { json: { nonce: properties.nonce.enum[0], summary: 'Looked at.', findings } };
}
