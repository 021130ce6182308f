import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askTicketmill } from '../../scripts/demo/place.ts';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import type { TicketReport } from '../../src/domain/command.ts';
import type { FakeAnswer } from '../support/fake-ollama.ts';
import { openMills } from '../support/daemon.ts';

const config = {
  ollama: {
    defaultModel: 'coder:7b',
    availableModels: ['coder:7b', 'judge:7b'],
    parallel: 2,
    warmUp: false,
  },
  codeReview: { onBlock: 'comment', byPriority: { high: 'hold' } },
  guard: { onRefusal: 'hold' },
  processing: { concurrency: 2 },
};

/** What each ticket wishes for; the change of the last one is refused before anybody reviews it. */
const tickets = {
  comment: '',
  held: 'priority: high\n',
  fixed: 'review: fix\n',
  refused: '',
};

const mill = openMills();

describe('a finding that blocks', () => {
  it('becomes a comment, waits for a person, or goes back to the coder, as the ticket and the config say', async () => {
    const rounds = new Map<string, number>();
    const { root, env, ...m } = await mill({
      files: { 'src/greet.js': "export const greet = () => 'hi';\n" },
      config,
      ollama: {
        models: ['coder:7b', 'judge:7b'].map((name) => ({ name, capabilities: ['completion'] })),
        script: (chat) => answerTo(chat, rounds),
      },
    });
    const daemon = m.start();
    await daemon.until('server:listening');
    const files = await Promise.all(
      Object.entries(tickets).map(async ([name, wish]) => {
        await m.drop(`${name} - T.md`, ticket(name, wish));
        return `${name} - T.md`;
      }),
    );
    await Promise.all(files.map((file) => daemon.until('ticket:settled', (event) => event.file === file)));
    const show = async (id: string) => (await askTicketmill({ root, env }, ['show', id])) as TicketReport;

    const comment = await show('comment');
    expect(comment).toMatchObject({ state: 'review', hold: null, verdict: { findings: [{ line: 1 }] } });
    const record = join(root, `.ticketmill/pull-requests/${comment.pullRequest?.number}.json`);
    expect(JSON.parse(readFileSync(record, 'utf8'))).toMatchObject({
      findings: [{ severity: 'HIGH', file: 'src/greet.js', line: 1, message: 'It greets nobody.' }],
      body: expect.stringContaining('It greets nobody.'),
    });

    const held = await show('held');
    expect(held).toMatchObject({ state: 'review', pullRequest: null, hold: { code: 'REVIEW_BLOCKED' } });

    const fixed = await show('fixed');
    expect(fixed).toMatchObject({ state: 'review', hold: null, pullRequest: { state: 'open' } });
    expect(fixed.verdict?.findings).toEqual([]);

    const refused = await show('refused');
    expect(refused).toMatchObject({
      state: 'review',
      pullRequest: null,
      verdict: null,
      hold: { code: 'GUARD_PROTECTED_PATH', reason: expect.stringContaining('Makefile: ') },
    });

    for (const id of ['held', 'refused']) {
      await askTicketmill({ root, env }, ['approve', id]);
      expect(await show(id)).toMatchObject({ state: 'review', hold: null, pullRequest: { state: 'open' } });
    }
    expect(await askTicketmill({ root, env }, ['audit', 'verify'])).toMatchObject({ ok: true, faults: [] });
    expect(await daemon.stop()).toBe(0);
  }, 180_000);
});

function answerTo({ messages, body }: WireChat, rounds: Map<string, number>): FakeAnswer {
  const text = messages.map(({ content }) => content).join('\n');
  const name = Object.keys(tickets).find((each) => text.includes(`Ask ${each}`)) ?? '';
  const round = (rounds.get(name) ?? 0) + 1;
  rounds.set(name, round);
  const nonce = (body['format'] as { properties?: { nonce?: { enum: string[] } } } | undefined)?.properties
    ?.nonce;
  if (nonce !== undefined) {
    const findings = text.includes('Ada') ? [] : [finding];
    return { json: { nonce: nonce.enum[0], summary: 'Read.', findings } };
  }
  if (name === 'refused' && round === 1) return created('Makefile', 'all:\n\techo hi');
  const isRevision = text.includes('A reviewer found problems');
  return isRevision ? replaced("'hello 1'", "'hello Ada'") : replaced("'hi'", `'hello ${round}'`);
}

const finding = {
  severity: 'HIGH',
  category: 'bugs',
  file: 'src/greet.js',
  line: 1,
  message: 'It greets nobody.',
};

function replaced(found: string, now: string): string {
  return `src/greet.js\n\`\`\`\n<<<<<<< SEARCH\nexport const greet = () => ${found};\n=======\nexport const greet = () => ${now};\n>>>>>>> REPLACE\n\`\`\`\n\nDONE: It greets.\n`;
}

function created(path: string, text: string): string {
  return `${path}\n\`\`\`\n<<<<<<< SEARCH\n=======\n${text}\n>>>>>>> REPLACE\n\`\`\`\n\nDONE: It is there.\n`;
}

function ticket(id: string, wish: string): string {
  return `---\nid: ${id}\ntitle: Ask ${id}\nstatus: To Do\n${wish}created_date: 2026-01-02 03:04\n---\n\n## Description\n\nAsk ${id}: greet somebody.\n`;
}
