import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askTicketmill } from '../../scripts/demo/place.ts';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import type { TicketReport } from '../../src/domain/command.ts';
import type { FakeAnswer } from '../support/fake-ollama.ts';
import { openMills } from '../support/daemon.ts';
import type { Mill } from '../support/mill.ts';
import { processesAt } from '../support/mill.ts';

const files = {
  'package.json': '{ "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/greet.js': "export function greet(name) {\n  return 'Hi ' + name;\n}\n",
  'src/leave.js': "export function leave(name) {\n  return 'Bye ' + name;\n}\n",
  'test/greet.test.js': `import { match } from 'node:assert';
import { test } from 'node:test';
import { greet } from '../src/greet.js';

test('a greeting names who is greeted', () => match(greet('Ada'), / Ada$/));
`,
};

const models = [{ name: 'tools:7b' }, { name: 'text:7b', capabilities: ['completion'] }, { name: 'idle:7b' }];

const config = {
  ollama: {
    defaultModel: 'ollama/tools:7b',
    availableModels: models.map(({ name }) => `ollama/${name}`),
    parallel: 3,
    warmUp: false,
  },
  codeReview: { model: 'ollama/tools:7b' },
  processing: { concurrency: 3 },
};

const tickets = {
  'task-1 - Say-hello.md': ticket('task-1', 'Say hello', 'tools:7b'),
  'task-2 - Say-goodbye.md': ticket('task-2', 'Say goodbye', 'text:7b'),
  'task-3 - Do-nothing.md': ticket('task-3', 'Do nothing', 'idle:7b'),
};

const mill = openMills();

describe('three tickets dropped at once while the daemon runs', () => {
  it('become two branches with pull requests and a failure that says why; the checkout stays as it was', async () => {
    const together = meetingOf(3);
    const { repository, ...m } = await mill({
      files,
      config,
      ollama: {
        models,
        script: async (chat) => {
          if (isFirst(chat)) await together();
          return answerTo(chat);
        },
      },
    });
    const before = await repository.fingerprint();
    const daemon = m.start();
    await daemon.until('server:listening');

    await Promise.all(Object.entries(tickets).map(([file, text]) => m.drop(file, text)));
    const [hello, goodbye, nothing] = await Promise.all(
      Object.keys(tickets).map((file) => daemon.until('ticket:settled', (event) => event.file === file)),
    );

    expect([hello?.to, goodbye?.to, nothing?.to]).toEqual(['review', 'review', 'failed']);
    expect(nothing).toMatchObject({ code: 'NO_CHANGES', errorType: 'model' });
    await expectPullRequest({ ...m, repository }, 'task-1', {
      file: 'src/greet.js',
      line: "+  return 'Hello ' + name;",
    });
    await expectPullRequest({ ...m, repository }, 'task-2', {
      file: 'src/leave.js',
      line: "+  return 'Goodbye ' + name;",
    });
    expectFolders(m);
    const { runId } = (await askTicketmill(m, ['show', 'task-2'])) as TicketReport;

    expect(await daemon.stop()).toBe(0);
    // Done again from what was recorded, without the model that made it.
    const replayed = await askTicketmill(m, ['replay', runId ?? '']);
    expect(replayed).toMatchObject({ same: true, departed: null, files: 1 });
    expect(processesAt(repository.home)).toEqual([]);
    expect(await repository.fingerprint()).toEqual(before);
    expect(await branchesOf(repository)).toHaveLength(2);
  }, 120_000);
});

async function expectPullRequest(
  { repository, ...place }: Pick<Mill, 'root' | 'env' | 'repository'>,
  id: string,
  change: { file: string; line: string },
): Promise<void> {
  const report = (await askTicketmill(place, ['show', id, '--diff'])) as TicketReport;
  const { branch, head, base, pullRequest } = report;
  expect(pullRequest).toMatchObject({ state: 'open', branch, head });
  expect(report.checks).toMatchObject([{ name: 'test', outcome: 'passed' }]);
  expect(report.verdict?.findings).toEqual([]);
  expect(report.diff).toContain(change.line);

  expect(await repository.remoteGit('rev-parse', branch ?? '')).toBe(head);
  expect(await repository.remoteGit('rev-parse', `${branch}^`)).toBe(base?.sha);
  expect(await repository.remoteGit('diff', '--name-only', `main..${branch}`)).toBe(change.file);
  expect(await repository.remoteGit('log', '-1', '--format=%B', branch ?? '')).toContain('Ticket-Key: ');
}

function expectFolders({ root, listFolder }: Pick<Mill, 'root' | 'listFolder'>): void {
  expect(listFolder('todo')).toEqual([]);
  expect(listFolder('processing')).toEqual([]);
  expect(listFolder('review')).toEqual(['task-1 - Say-hello.md', 'task-2 - Say-goodbye.md']);
  expect(listFolder('failed')).toEqual(['task-3 - Do-nothing.error.json', 'task-3 - Do-nothing.md']);
  const report = readFileSync(join(root, 'backlog/failed/task-3 - Do-nothing.error.json'), 'utf8');
  expect(JSON.parse(report)).toMatchObject({
    taskId: 'task-3',
    code: 'NO_CHANGES',
    errorType: 'model',
    model: 'ollama/idle:7b',
  });
}

async function branchesOf(repository: Mill['repository']): Promise<string[]> {
  const refs = await repository.remoteGit('for-each-ref', '--format=%(refname:short)', 'refs/heads/ticket');
  return refs.split('\n');
}

/** Nobody goes on before all are there: three at once, or never. */
function meetingOf(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let arrived = 0;
  return async () => {
    arrived += 1;
    if (arrived === count) resolve(undefined);
    await promise;
  };
}

function isFirst({ messages, body }: WireChat): boolean {
  return (
    body['format'] === undefined &&
    messages.every(({ role }) => role !== 'assistant') &&
    !messages.some(({ content }) => content.includes('# Feedback'))
  );
}

function answerTo({ model, messages, body }: WireChat): FakeAnswer {
  if (body['format'] !== undefined) return approval(body['format']);
  const turn = messages.filter(({ role }) => role === 'assistant').length;
  switch (model) {
    case 'tools:7b':
      return turn === 0
        ? call('edit', { path: 'src/greet.js', old: "'Hi '", new: "'Hello '" })
        : call('done', { summary: 'It says hello.' });
    case 'text:7b':
      return `src/leave.js
\`\`\`
<<<<<<< SEARCH
  return 'Bye ' + name;
=======
  return 'Goodbye ' + name;
>>>>>>> REPLACE
\`\`\`

DONE: It says goodbye.
`;
    default:
      return call('done', { summary: 'All is done.' });
  }
}

function approval(format: unknown): FakeAnswer {
  const { properties } = format as { properties: { nonce: { enum: string[] } } };
  return { json: { nonce: properties.nonce.enum[0], summary: 'Sound.', findings: [] } };
}

function call(name: string, args: Record<string, unknown>): FakeAnswer {
  return { toolCalls: [{ name, arguments: args }] };
}

function ticket(id: string, title: string, model: string): string {
  return `---\nid: ${id}\ntitle: ${title}\nstatus: To Do\nmodel: ollama/${model}\n---\n\n${title}, whoever it is.\n`;
}
