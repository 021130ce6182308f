import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FollowedDaemon, Following } from '../demo/daemon.ts';
import { startDaemon } from '../demo/daemon.ts';
import type { WireChat, WireReply } from '../demo/ollama-wire-chat.ts';
import { startWireServer } from '../demo/ollama-wire-server.ts';
import type { Answer, Place } from '../demo/place.ts';
import { runGit, runProgram } from '../demo/place.ts';

/** A throw-away repository with a bare remote and a model server of its own, for one measurement. */
export type Site = Place & {
  home: string;
  url: string;
  /** Every chat that the model server was asked for, in order. */
  chats: WireChat[];
  /** The built command as a daemon in a process of its own, ended with the site. */
  start: (following?: Following) => FollowedDaemon;
  /** The built command, run to its end. */
  run: (...args: string[]) => Promise<Answer>;
  /** A ticket arrives whole in `todo`; resolves as soon as it is there. */
  drop: (index: number) => Promise<void>;
};

export type SiteOptions = {
  /** Milliseconds that the model takes for a change; a review takes none. */
  thinksMs?: number;
  config?: { processing?: object; forge?: object; worktree?: object };
  /** Told of every request to the model as it comes in. */
  onChat?: () => void;
};

/** As the package's command starts it, from a folder that holds what the package does: no sources. */
export const builtProgram: readonly string[] = [
  process.execPath,
  '--max-semi-space-size=4',
  '--min-semi-space-size=4',
  installedCommand(mkdtempSync(join(tmpdir(), 'ticketmill-bench-installed-'))),
];

function installedCommand(folder: string): string {
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const checkout = fileURLToPath(new URL('../../', import.meta.url));
  const command = join(folder, 'scripts/ticketmill.cjs');
  mkdirSync(dirname(command));
  copyFileSync(join(checkout, 'scripts/ticketmill.cjs'), command);
  symlinkSync(join(checkout, 'dist'), join(folder, 'dist'));
  return command;
}

/** What it opens is on the stack, to be taken apart in reverse. */
export async function openSite(
  stack: AsyncDisposableStack,
  { thinksMs = 0, config = {}, onChat }: SiteOptions = {},
): Promise<Site> {
  const home = mkdtempSync(join(tmpdir(), 'ticketmill-bench-'));
  stack.defer(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const chats: WireChat[] = [];
  const wire = stack.use(
    await startWireServer({
      models: [{ name: 'coder', capabilities: ['completion'] }],
      answer: async (chat) => {
        chats.push(chat);
        onChat?.();
        const isReview = chat.body['format'] !== undefined;
        if (!isReview && thinksMs > 0) await new Promise((resolve) => setTimeout(resolve, thinksMs));
        return isReview ? approve(chat) : change(chat);
      },
    }),
  );
  const place = { root: join(home, 'repository'), env: environmentOf(home) };
  await makeRepository(place, home, withDefaults(wire.url, config));
  const drop = async (index: number): Promise<void> => {
    const whole = join(home, 'arriving.md');
    await writeFile(whole, ticketText(index));
    await rename(whole, join(place.root, 'backlog/todo', ticketFile(index)));
  };
  return {
    ...place,
    home,
    url: wire.url,
    chats,
    start: (following) => stack.use(startDaemon(place, { program: builtProgram, ...following })),
    run: (...args) => runProgram(place, [...builtProgram, ...args]),
    drop,
  };
}

export const greeting = { before: 'Hi\n', after: 'Hello\n' };

/** Each ticket is about a file of its own: those about the same one are not worked on at the same time. */
export function greetingFile(index: number): string {
  return `greetings/${index}.txt`;
}

/** How many tickets the repository has files for. */
const greetings = 50;

/** Holds what a real one holds, so that reading it costs what it does in life. */
export function ticketText(index: number): string {
  return `---
id: TASK-${index}
title: Say hello (${index})
status: To Do
assignee: []
created_date: '2026-01-01 10:00'
labels: [greeting]
dependencies: []
priority: medium
---

## Description

The greeting in ${greetingFile(index)} is too short for the people who read it.
Make it say hello.

## Acceptance Criteria
<!-- AC:BEGIN -->
- [ ] #1 ${greetingFile(index)} says hello
<!-- AC:END -->
`;
}

export function ticketFile(index: number): string {
  return `task-${index} - Say-hello.md`;
}

function change({ messages }: WireChat): WireReply {
  const [, path = ''] = /greeting in (greetings\/\d+\.txt)/.exec(JSON.stringify(messages)) ?? [];
  const { before, after } = greeting;
  return { text: `${path}\n\`\`\`\n<<<<<<< SEARCH\n${before}=======\n${after}>>>>>>> REPLACE\n\`\`\`\n` };
}

function approve(chat: WireChat): WireReply {
  const { properties } = chat.body['format'] as { properties: { nonce: { enum: string[] } } };
  return { json: { nonce: properties.nonce.enum[0], summary: 'Sound.', findings: [] } };
}

function withDefaults(url: string, config: NonNullable<SiteOptions['config']>): object {
  return {
    ollama: { hosts: [url], defaultModel: 'ollama/coder', warmUp: false, parallel: 10 },
    // A probe of the model is made once a model, not once a ticket.
    models: { 'ollama/coder': { admitted: true } },
    server: { port: 0 },
    ...config,
    worktree: { directory: '../worktrees', ...config.worktree },
    // Nobody merges here.
    processing: { maxOpenPullRequests: 1000, ...config.processing },
  };
}

async function makeRepository(place: Place, home: string, config: object): Promise<void> {
  mkdirSync(join(place.root, 'backlog/todo'), { recursive: true });
  writeFileSync(join(place.root, 'config.json'), JSON.stringify(config));
  writeFileSync(join(place.root, '.gitignore'), '/backlog/\n/logs/\n/.ticketmill/\n/config.json\n');
  mkdirSync(join(place.root, 'greetings'));
  for (let index = 1; index <= greetings; index += 1)
    writeFileSync(join(place.root, greetingFile(index)), greeting.before);
  await runGit(place, 'init', '-q', '-b', 'main');
  await runGit(place, 'config', 'user.name', 'A Person');
  await runGit(place, 'config', 'user.email', 'person@example.org');
  await runGit(place, 'add', '-A');
  await runGit(place, 'commit', '-q', '-m', 'A greeting');
  await runGit(place, 'init', '-q', '--bare', '-b', 'main', join(home, 'remote.git'));
  await runGit(place, 'remote', 'add', 'origin', join(home, 'remote.git'));
  await runGit(place, 'push', '-q', '-u', 'origin', 'main');
}

function environmentOf(home: string): Record<string, string> {
  const git = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: home, LC_ALL: 'C', NO_COLOR: '1', ...git };
}
