import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import type { FollowedDaemon, Following } from '../../scripts/demo/daemon.ts';
import { startDaemon } from '../../scripts/demo/daemon.ts';
import { askTicketmill } from '../../scripts/demo/place.ts';
import type { FakeAnswer } from './fake-ollama.ts';
import type { Mill } from './mill.ts';
import { openMill } from './mill.ts';
import type { RedisServer } from './redis-server.ts';
import { startRedis } from './redis-server.ts';

/** A mill whose changes are made by workers: each with a root of its own, as on another machine. */
export type Fleet = Mill & {
  redis: RedisServer;
  /** Starts a worker in a fresh root. */
  hire: (following?: Following) => FollowedDaemon;
  cancel: (id: string) => Promise<unknown>;
};

export type FleetOptions = {
  config?: object;
  persistent?: boolean;
  onOutage?: 'wait' | 'local';
  /** Answers a coder; a review is always approved. */
  code?: (chat: WireChat) => FakeAnswer | Promise<FakeAnswer>;
};

export async function openFleet(
  { config = {}, persistent = false, onOutage = 'wait', code = () => edit }: FleetOptions,
  opened: AsyncDisposableStack,
): Promise<Fleet> {
  const redis = opened.use(await startRedis({ persistent }));
  const mill = await openMill(
    {
      files: { 'greeting.txt': 'Hi\n' },
      config: {
        ollama: { defaultModel: 'ollama/coder', parallel: 10, warmUp: false },
        queue: { driver: 'bullmq', url: redis.url, onOutage },
        ...config,
      },
      ollama: {
        models: [{ name: 'coder', capabilities: ['completion'] }],
        script: (chat) => (chat.body['format'] === undefined ? code(chat) : approve(chat)),
      },
    },
    opened,
  );
  let hired = 0;
  return {
    ...mill,
    redis,
    cancel: (id) => askTicketmill(mill, ['cancel', id]),
    hire(following = {}) {
      hired += 1;
      const root = join(mill.repository.home, `worker-${hired}`);
      mkdirSync(root);
      writeFileSync(join(root, 'config.json'), readFileSync(join(mill.root, 'config.json')));
      const place = { root, env: mill.env };
      const worktree = join(mill.repository.home, `worktrees-${hired}`);
      const env = { ...mill.env, TICKETMILL_WORKTREE__DIRECTORY: worktree };
      return opened.use(startDaemon({ ...place, env }, { command: 'worker', ...following }));
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

export const edit: FakeAnswer = {
  text: 'greeting.txt\n```\n<<<<<<< SEARCH\nHi\n=======\nHello\n>>>>>>> REPLACE\n```\n',
};

function approve(chat: WireChat): FakeAnswer {
  const { properties } = chat.body['format'] as { properties: { nonce: { enum: string[] } } };
  return { json: { nonce: properties.nonce.enum[0], summary: 'Sound.', findings: [] } };
}
