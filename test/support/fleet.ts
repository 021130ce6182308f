import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import type { FollowedDaemon, Following } from '../../scripts/demo/daemon.ts';
import { startDaemon } from '../../scripts/demo/daemon.ts';
import { askTicketmill } from '../../scripts/demo/place.ts';
import type { FakeAnswer } from './fake-ollama.ts';
import type { Mill } from './mill.ts';
import { openMill } from './mill.ts';
import type { RedisGate, Sights } from './redis-gate.ts';
import { openRedisGate } from './redis-gate.ts';
import type { RedisServer } from './redis-server.ts';
import { startRedis } from './redis-server.ts';

/** A mill whose changes are made by workers: each with a root of its own, as on another machine. */
export type Fleet = Mill & {
  redis: RedisServer;
  /** On the way of everybody to Redis; always open where it is not asked for. */
  gate: RedisGate;
  /** Starts a worker in a fresh root, on the way to Redis that everybody takes or on its own. */
  hire: (following?: Following, url?: string) => FollowedDaemon;
  /** Ends the daemon and every worker in order, all at once. */
  end: () => Promise<void>;
  /** Another way to Redis. */
  wayToRedis: (sights: Sights) => Promise<RedisGate>;
  cancel: (id: string) => Promise<unknown>;
};

export type FleetOptions = {
  config?: object;
  persistent?: boolean;
  password?: string;
  onOutage?: 'wait' | 'local';
  /** Answers a coder; a review is always approved. */
  code?: (chat: WireChat) => FakeAnswer | Promise<FakeAnswer>;
};

export async function openFleet(
  { config = {}, onOutage = 'wait', code = () => edit, ...options }: FleetOptions,
  opened: AsyncDisposableStack,
): Promise<Fleet> {
  const redis = opened.use(await startRedis(options));
  const wayToRedis = async (sights: Sights): Promise<RedisGate> =>
    opened.use(await openRedisGate(redis.url, sights));
  const gate = await wayToRedis({});
  const mill = await openMill(
    {
      files: { 'greeting.txt': 'Hi\n' },
      config: {
        ollama: { defaultModel: 'ollama/coder', parallel: 10, warmUp: false },
        queue: { driver: 'bullmq', url: gate.url, onOutage },
        ...config,
      },
      ollama: {
        models: [{ name: 'coder', capabilities: ['completion'] }],
        script: (chat) => (chat.body['format'] === undefined ? code(chat) : approve(chat)),
      },
    },
    opened,
  );
  const started: FollowedDaemon[] = [];
  let hired = 0;
  const follow = (one: FollowedDaemon): FollowedDaemon => {
    started.push(one);
    return one;
  };
  return {
    ...mill,
    start: (following) => follow(mill.start(following)),
    async end() {
      await Promise.all(started.map((each) => each.stop()));
    },
    redis,
    gate,
    wayToRedis,
    cancel: (id) => askTicketmill(mill, ['cancel', id]),
    hire(following = {}, url = gate.url) {
      hired += 1;
      const root = join(mill.repository.home, `worker-${hired}`);
      mkdirSync(root);
      writeFileSync(join(root, 'config.json'), readFileSync(join(mill.root, 'config.json')));
      const place = { root, env: mill.env };
      const worktree = join(mill.repository.home, `worktrees-${hired}`);
      const own = { TICKETMILL_WORKTREE__DIRECTORY: worktree, TICKETMILL_QUEUE__URL: url };
      const env = { ...mill.env, ...own };
      return follow(opened.use(startDaemon({ ...place, env }, { command: 'worker', ...following })));
    },
  };
}

/** One that names no file: tickets that name the same are not at work at the same time. */
export function greetingTicket(id: string, priority = 'medium'): string {
  return `---
id: ${id}
title: Say hello in ${id}
status: To Do
created_date: '2026-01-01 10:00'
priority: ${priority}
---

## Description

The greeting is too short. Make it say hello.
`;
}

export const editText = 'greeting.txt\n```\n<<<<<<< SEARCH\nHi\n=======\nHello\n>>>>>>> REPLACE\n```\n';
export const edit: FakeAnswer = { text: editText };

function approve(chat: WireChat): FakeAnswer {
  const { properties } = chat.body['format'] as { properties: { nonce: { enum: string[] } } };
  return { json: { nonce: properties.nonce.enum[0], summary: 'Sound.', findings: [] } };
}
