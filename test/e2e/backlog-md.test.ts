import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import { askTicketmill, runProgram, runTicketmill } from '../../scripts/demo/place.ts';
import type { TicketReport } from '../../src/domain/command.ts';
import { openMills } from '../support/daemon.ts';
import type { FakeAnswer } from '../support/fake-ollama.ts';
import type { Mill } from '../support/mill.ts';

const cli = fileURLToPath(new URL('../../node_modules/.bin/backlog', import.meta.url));
/** Its program comes for each platform in a package of its own, which npm leaves out where there is none. */
const isThere = existsSync(cli) && spawnSync(cli, ['--version']).status === 0;

const files = {
  '.gitignore': '/.ticketmill/\n/logs/\n',
  'package.json': '{ "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/greet.js': "export function greet(name) {\n  return 'Hi ' + name;\n}\n",
  'src/leave.js': "export function leave(name) {\n  return 'Bye ' + name;\n}\n",
};

const config = {
  ollama: { defaultModel: 'ollama/tools:7b', warmUp: false },
  codeReview: { model: 'ollama/tools:7b' },
};

type Listed = { id: string; status: string; labels: string[]; references: string[]; modifiedFiles: string[] };

/** The real command line of Backlog.md, as a person in the checkout uses it. */
async function backlog({ root, env }: Pick<Mill, 'root' | 'env'>, ...args: string[]): Promise<string> {
  const { code, out, err } = await runProgram({ root, env }, [cli, ...args]);
  if (code !== 0) throw new Error(`backlog ${args.join(' ')} ended with ${code}: ${out}${err}`);
  return out;
}

async function listTasks(place: Pick<Mill, 'root' | 'env'>): Promise<Record<string, Listed>> {
  const { tasks } = JSON.parse(await backlog(place, 'task', 'list', '--json')) as { tasks: Listed[] };
  return Object.fromEntries(tasks.map((task) => [task.id, task]));
}

const mill = openMills();

const suite = isThere ? describe : describe.skip;
suite('a project of Backlog.md (needs its command line, which npm has for this platform or not)', () => {
  it('is worked on in the eyes of its own command line, before and after it edits our tasks', async () => {
    const { repository, ...m } = await mill({
      files,
      config,
      ollama: { models: [{ name: 'tools:7b' }], script: (chat) => answerTo(chat) },
    });
    await backlog(m, 'init', 'Sample', '--defaults', '--integration-mode', 'none');
    await backlog(m, 'config', 'set', 'autoCommit', 'true');
    await repository.git('config', 'user.name', 'A Person');
    await repository.git('config', 'user.email', 'person@example.org');
    await backlog(m, 'task', 'create', 'Say hello', '-d', 'Say hello.', '--ac', 'Says hello');
    await backlog(m, 'task', 'create', 'Mine alone');
    await repository.git('add', '-A');
    await repository.git('commit', '-qm', 'Plan');

    const daemon = m.start();
    const first = daemon.until('ticket:settled', ({ taskId }) => taskId === 'TASK-1');
    await backlog(m, 'task', 'edit', '1', '-a', '@ticketmill');
    await first;
    const settled = daemon.until('ticket:settled', ({ taskId }) => taskId === 'TASK-3');
    await m.drop('goodbye.md', '# Say goodbye\n\nSay *goodbye*, whoever it is.\n');
    await settled;

    const tasks = await listTasks(m);
    expect(tasks).toMatchObject({
      'TASK-1': { status: 'In Progress', labels: ['in-review'], modifiedFiles: ['src/greet.js'] },
      'TASK-2': { status: 'To Do', labels: [], references: [] },
      'TASK-3': { status: 'In Progress', labels: ['in-review'], modifiedFiles: ['src/leave.js'] },
    });
    expect(readdirSync(join(m.root, 'backlog/todo'))).toEqual([]);
    expect(await backlog(m, 'doctor')).toContain('No duplicate IDs');
    await backlog(m, 'board', 'export', 'board.md', '--force');
    expect(readFileSync(join(m.root, 'board.md'), 'utf8')).toContain('TASK-3');

    await expectEditKeepsOurs(m, tasks['TASK-1']);
    await expectExplained(m);

    const report = (await askTicketmill(m, ['show', 'TASK-1', '--diff'])) as TicketReport;
    expect(await repository.git('diff', '--name-only', `main...${report.branch}`)).toBe('src/greet.js');
    await askTicketmill(m, ['merge', 'TASK-1']);
    expect((await listTasks(m))['TASK-1']).toMatchObject({ status: 'Done', labels: [] });
    await backlog(m, 'task', 'complete', '1');
    expect(await askTicketmill(m, ['explain', 'TASK-1'])).toMatchObject({ state: 'done' });
    expect(await daemon.stop()).toBe(0);
    await expectCommitted(repository);
  }, 240_000);
});

/** What we wrote is where Backlog.md keeps such things, so its own edit, which writes the file anew, loses nothing of it. */
async function expectEditKeepsOurs(m: Pick<Mill, 'root' | 'env'>, before: Listed | undefined): Promise<void> {
  const view = async (): Promise<string> => backlog(m, 'task', 'view', '1', '--plain');
  const [ours] = (await view()).match(/Pull request: \S+/) ?? [];
  expect(ours).toBeDefined();
  await backlog(m, 'task', 'edit', '1', '--append-notes', 'Looks good.', '--priority', 'high');
  const { references, modifiedFiles, labels, status } = (await listTasks(m))['TASK-1'] ?? {};
  expect({ references, modifiedFiles, labels, status }).toEqual({
    references: before?.references,
    modifiedFiles: before?.modifiedFiles,
    labels: before?.labels,
    status: before?.status,
  });
  const after = await view();
  for (const kept of [ours ?? '', '@ticketmill', 'Looks good.', 'Says hello']) expect(after).toContain(kept);
  const [name = ''] = readdirSync(join(m.root, 'backlog/tasks')).filter((file) => file.startsWith('task-1 '));
  const text = readFileSync(join(m.root, 'backlog/tasks', name), 'utf8');
  expect(text).toContain('SECTION:FINAL_SUMMARY:BEGIN');
  expect(text.match(/^author: @ticketmill$/gm)).toHaveLength(1);
}

/** With its setting `auto_commit`, whoever wrote a task has committed it, that file alone, in the words of Backlog.md. */
async function expectCommitted(repository: Mill['repository']): Promise<void> {
  expect(await repository.git('status', '--porcelain', '--', 'backlog')).toBe('');
  const log = await repository.git('log', '--format=%an: %s', '--', 'backlog/tasks');
  for (const line of [
    'ticketmill: Create task TASK-3',
    'ticketmill: Update task TASK-1',
    'A Person: Update task TASK-1',
  ])
    expect(log).toContain(line);
  const ours = await repository.git(
    'log',
    '--author=ticketmill',
    '--no-merges',
    '--name-only',
    '--format=',
    '--',
    'backlog',
  );
  expect(ours.split('\n').every((path) => path.startsWith('backlog/tasks/'))).toBe(true);
}

async function expectExplained(m: Pick<Mill, 'root' | 'env'>): Promise<void> {
  const { code, err } = await runTicketmill(m, ['explain', '2']);
  expect(code).not.toBe(0);
  expect(err).toContain('`backlog task edit 2 -a @ticketmill` gives it to ticketmill');
  expect(await askTicketmill(m, ['explain', 'task-3'])).toMatchObject({ state: 'review', verdict: 'hold' });
}

function answerTo({ messages, body }: WireChat): FakeAnswer {
  const format = body['format'] as { properties: { nonce: { enum: string[] } } } | undefined;
  if (format !== undefined)
    return { json: { nonce: format.properties.nonce.enum[0], summary: 'Sound.', findings: [] } };
  if (messages.some(({ role }) => role === 'assistant'))
    return { toolCalls: [{ name: 'done', arguments: { summary: 'It is said.' } }] };
  const isGoodbye = messages.some(({ content }) => content.includes('Say *goodbye*'));
  const edit = isGoodbye
    ? { path: 'src/leave.js', old: "'Bye '", new: "'Goodbye '" }
    : { path: 'src/greet.js', old: "'Hi '", new: "'Hello '" };
  // What it does to the project's own folder is left out of its change.
  const own = { path: 'backlog/tasks/task-9 - Mine.md', content: '# Mine\n' };
  return {
    toolCalls: [
      { name: 'edit', arguments: edit },
      { name: 'write', arguments: own },
    ],
  };
}
