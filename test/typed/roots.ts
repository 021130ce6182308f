import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { startDaemon } from '../../scripts/demo/daemon.ts';
import { copyCheckout, openPlace, setUp } from './place.ts';
import type { Place } from './place.ts';
import type { Rule, Standing, Wanted } from './rules.ts';
import { typeLine } from './type-line.ts';
import type { Typed } from './type-line.ts';

type Here = Exclude<Rule, { notHere: string }>;

/** Where commands are typed, made when the first of them needs it. */
export type Roots = AsyncDisposable & { type: (text: string, rule: Here) => Promise<Typed> };

const checkout = fileURLToPath(new URL('../..', import.meta.url));

export async function openRoots(): Promise<Roots> {
  await using stack = new AsyncDisposableStack();
  const ready = stack.use(await openPlace());
  await setUp(ready);
  const tickets = openTickets(ready);
  let sources: string | null = null;
  const type = async (text: string, rule: Here): Promise<Typed> => {
    if (rule.at === 'new') {
      await using place = await openPlace();
      return await typeLine(place, lineOf(text, rule, {}), {
        ...rule,
        env: { ...place.env, CHECKOUT: checkout },
      });
    }
    if (rule.at === 'sources') {
      sources ??= await copyCheckout(ready);
      return typeLine({ ...ready, root: sources }, lineOf(text, rule, {}), {
        ...rule,
        env: withoutServer(ready),
      });
    }
    ready.write(rule.files ?? {});
    const known = rule.ticket === undefined ? {} : await tickets.bring(rule.ticket);
    if (rule.at !== 'daemon')
      return typeLine(ready, lineOf(text, rule, known), { ...rule, env: envOf(ready, rule) });
    await using daemon = startDaemon(ready);
    const { url } = await daemon.until('server:listening');
    return await typeLine(ready, lineOf(text, rule, { url }), { ...rule, env: envOf(ready, rule) });
  };
  const owned = stack.move();
  return { type, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** What a page can only show an example of. */
type Known = { id?: string; run?: string; anchor?: string; url?: string };

function lineOf(text: string, { after, replace = [/$/, ''] }: Here, known: Known): string {
  const { id = 'task-1', run = '', anchor = '', url = '' } = known;
  const line = text
    .replace(...replace)
    .replace('http://127.0.0.1:3001', url)
    .replace(/\b\d+:9f86\S*/, anchor)
    .replace(/ (?:RUN|[0-9a-f]{8}-[0-9a-f-]{27})\b/, ` ${run}`)
    .replace(/^ticketmill models (probe|pull) (?:ID|NAME)$/, 'ticketmill models $1 qwen2.5-coder:7b')
    .replace('ticketmill COMMAND', 'ticketmill start')
    .replace(/ (?:ID|task-\d+|12)(?= |$)/, ` ${id}`)
    .replace(/^ticketmill (show|approve|merge|reject)((?: --diff)?)$/, `ticketmill $1 ${id}$2`)
    .replace(/^(ticketmill reject \S+)$/, '$1 --reason "Not like this."');
  return after === undefined ? line : `${after}; ${line}`;
}

/** The demo would take our server for a model of the reader's. */
function withoutServer({ env }: Place): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== 'OLLAMA_HOST'));
}

function envOf({ root, env }: Place, { at }: Here): Record<string, string> {
  const { TICKETMILL_API_TOKEN = '' } = parseEnv(readFileSync(join(root, '.env'), 'utf8'));
  const queue = { TICKETMILL_QUEUE__DRIVER: 'bullmq', TICKETMILL_QUEUE__URL: env['REDIS_URL'] ?? '' };
  return { ...env, TICKETMILL_API_TOKEN, ...(at === 'redis' ? queue : {}) };
}

/** Tickets that are brought to where a reader's would be. */
function openTickets(place: Place): { bring: (to: Wanted) => Promise<Known> } {
  // `add` takes the number after the greatest, so there is room between ours.
  let count = 0;
  let seen: Promise<Known> | null = null;
  return {
    bring(to) {
      if (to === 'only looks') return (seen ??= make('review').then(withRecords));
      return make(to);
    },
  };

  async function make(to: Standing): Promise<{ id: string }> {
    const id = `task-${(count += 100)}`;
    const front = `---\nid: ${id}\ntitle: Greet number ${count}\n---\n\n`;
    place.write({ [`backlog/todo/${id}.md`]: `${front}Say hello.\n` });
    if (to === 'failed') await place.run(`ticketmill cancel ${id}`);
    if (to === 'review') await place.run('ticketmill start --once --no-server');
    if (to === 'held') await place.run('ticketmill start --once --no-server --config held.json');
    return { id };
  }

  async function withRecords({ id }: { id: string }): Promise<Known> {
    const shown = await place.run(`ticketmill show ${id} --json`);
    const verified = await place.run('ticketmill audit verify');
    const run = /"runId":\s*"([^"]+)"/.exec(shown)?.[1] ?? '';
    return { id, run, anchor: /\d+:[0-9a-f]{64}/.exec(verified)?.[0] ?? '' };
  }
}
