import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReaderBench } from '../support/reader-bench.ts';
import { linkCheckout, openReaderBench } from '../support/reader-bench.ts';

/**
 * Blocks marked `sh` are commands that a reader types in a repository of their own; they are run here, in their order.
 * `md` is a ticket, `jsonc` a config. Blocks without a mark are only shown.
 */
const checkout = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(checkout, 'README.md'), 'utf8');
const commands = blocksOf('sh').flatMap((block) => block.split('\n'));

describe('the README', () => {
  it('opens with what ticketmill is, and the two commands to begin with', () => {
    const [title, , sentence] = readme.split('\n');
    expect(title).toBe('# ticketmill');
    const { description } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    expect(sentence).toBe(description);
    const beginning = readme.split('\n').slice(0, 20);
    for (const command of ['npm run demo', 'npm test'])
      expect(beginning.some((line) => line.startsWith(command))).toBe(true);
  });

  it.each(relativeLinks())('links to %s, which is there', (target) => {
    expect(existsSync(join(checkout, target))).toBe(true);
  });

  it('names the commands that its test is meant to run', () => {
    for (const each of ['init', 'doctor', 'add', 'start', 'status', 'show', 'merge'])
      expect(commands).toContainEqual(expect.stringContaining(`ticketmill ${each}`));
  });

  it('is right in every command for a repository of one’s own', async () => {
    await using bench = await readerBench();
    for (const command of commands) {
      const { code, text } = await bench.type(command);
      expect({ command, code, text }).toMatchObject({ code: 0 });
    }
    const { repository } = bench;
    expect(readFileSync(join(repository.root, 'greet.js'), 'utf8')).toContain('`Hello, ${name}!`');
    expect(await repository.git('log', '-1', '--format=%s')).toBe('feat(task-1): Greet people by their name');
    expect(await repository.git('status', '--porcelain', '--untracked-files=no')).toBe('');
    expect(existsSync(join(repository.root, 'backlog/done/task-1 - Greet-people-by-their-name.md'))).toBe(
      true,
    );
  }, 120_000);

  it('shows a ticket and a config that are in order', async () => {
    await using bench = await readerBench();
    const [ticket = '', config = ''] = [...blocksOf('md'), ...blocksOf('jsonc')];
    await bench.repository.write({ 'ticket.md': ticket, 'config.json': config });
    const linted = await bench.type('npx ticketmill lint --json ticket.md');
    expect(linted.code).toBe(0);
    expect(JSON.parse(linted.text).ticket).toMatchObject({ id: 'task-7', dependencies: ['task-3'] });
    expect(await bench.type('npx ticketmill config validate')).toMatchObject({ code: 0 });
  }, 60_000);
});

/** A reader's repository where `npx ticketmill` is this checkout. */
async function readerBench(): Promise<ReaderBench> {
  const bench = await openReaderBench();
  await linkCheckout(bench.repository);
  return bench;
}

function blocksOf(mark: string): string[] {
  const blocks = readme.matchAll(new RegExp(`^\`\`\`${mark}\\n([^]*?)^\`\`\`$`, 'gm'));
  return [...blocks].map(([, text = '']) => text.trimEnd());
}

function relativeLinks(): string[] {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => !/^https?:/.test(target));
}
