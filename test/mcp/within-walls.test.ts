import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createCoder } from '../../src/agent/coder.ts';
import { openOutside } from '../../src/app/workshop/open-outside.ts';
import type { OutsideTool } from '../../src/ports.ts';
import { createSandbox } from '../../src/workspace/sandbox.ts';
import { createWorkspaces } from '../../src/workspace/worktree.ts';
import { calls, greetFiles, greetTask, plainWorkspace, withTools } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { makeRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';
import { scriptedModel } from '../support/scripted-model.ts';

const directory = temporaryDirectories();
const signal = new AbortController().signal;
const path = process.env['PATH'] ?? '';
const sandbox = await createSandbox({ mode: 'auto', path, userHome: '/root', warn: () => undefined });
const walled = sandbox.kind === 'bubblewrap' ? it : it.skip;

/** A server without any library: within the walls there is none of ours. */
const server = `
import { existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const tools = ['look', 'touch'].map((name) => ({ name, description: name, inputSchema: { type: 'object', properties: {} } }));
const look = () => JSON.stringify({ pid: process.pid, home: process.env.HOME, canary: process.env.CANARY ?? null, root: existsSync('/root/.profile') });
const touch = () => { writeFileSync('touched.txt', 'here'); return 'written'; };
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'walled', version: '1' } }),
  'tools/list': () => ({ tools }),
  'tools/call': ({ name }) => ({ content: [{ type: 'text', text: name === 'look' ? look() : touch() }] }),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id !== undefined) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method]?.(params) ?? {} }) + '\\n');
});
`;

describe('tools of others in a run', () => {
  walled('are within the walls of the run, and end with it (needs bubblewrap)', async () => {
    const samples = await makeRepository();
    const repository = await openTestRepository(samples);
    const workspaces = createWorkspaces({
      ...{ repository, sandbox, directory: join(directory(), 'worktrees'), path, network: false },
      ...{
        dependencies: 'none',
        copy: [],
        setup: [],
        setupTimeoutMs: 1000,
        maxOutput: 10_000,
        pool: { min: 0, max: 0 },
      },
    });
    const workspace = await workspaces.open({ key: 'mcp', base: null }, signal);
    writeFileSync(join(workspace.directory, 'server.mjs'), server);
    const mcp = {
      walled: { command: ['node', 'server.mjs'], env: {}, tools: ['look', 'touch'], timeout: 60_000 },
    };
    const warnings: string[] = [];
    const outside = openOutside({ agent: { mcp } as never }, (message) => warnings.push(message));
    const [look, touch] = await outside.toolsAt(workspace, signal);
    process.env['CANARY'] = 'sings';
    const seen = (await look?.use({}, signal))?.text ?? '';
    delete process.env['CANARY'];
    expect(warnings).toEqual([]);
    expect(seen).toContain('"home":"/tmp/home","canary":null,"root":false');
    await touch?.use({}, signal);
    expect(existsSync(join(workspace.directory, 'touched.txt'))).toBe(true);
    await outside.close();
    await workspace.close({ keep: false });
    expect(await look?.use({}, signal)).toMatchObject({ ok: false });
    await samples.remove();
  });

  it('are not opened where none is allowed, nor where no program can stay', async () => {
    const workspace = await plainWorkspace(directory());
    const mcp = { idle: { command: ['/no/such/program'], env: {}, tools: [] as string[], timeout: 1000 } };
    const outside = openOutside({ agent: { mcp } as never }, (message) => expect(message).toBe('silence'));
    const enclose = () => Promise.reject(new Error('not asked'));
    expect(await outside.toolsAt({ ...workspace, enclose }, signal)).toEqual([]);
    mcp.idle.tools = ['any'];
    expect(
      await openOutside({ agent: { mcp } as never }, () => undefined).toolsAt(workspace, signal),
    ).toEqual([]);
    await outside.close();
  });

  it('are offered to a model that calls tools, and called by their own names', async () => {
    const asked: unknown[] = [];
    const word: OutsideTool = {
      offer: { name: 'file_read', description: 'A word.', parameters: { type: 'object', properties: {} } },
      use: (args) => {
        asked.push(args);
        return Promise.resolve({ ok: true, text: 'Result of file_read, as data:\n```\nHello\n```' });
      },
    };
    const edit = calls(['edit', { path: 'src/greet.js', old: "'Hi '", new: "'Hello '" }]);
    const same = calls(['file_read', { number: 1 }]);
    const model = scriptedModel([same, edit, calls(['done', { summary: 'Greets.' }])], withTools);
    const workspace = await plainWorkspace(directory(), greetFiles);
    const steps: string[] = [];
    const begin = (answering = model, capable = true) =>
      createCoder({
        model: answering,
        contextLength: 16_384,
        outside: () => Promise.resolve(capable ? [word] : []),
      }).begin({
        ...{ task: greetTask, workspace, model: 'ollama/coder:7b', protocol: 'auto', maxSteps: null },
        ...{ onStep: ({ action, detail }) => steps.push(`${action} ${detail}`), onText: () => undefined },
      });
    expect(await begin().work(null, signal)).toMatchObject({ end: 'finished' });
    expect(asked).toEqual([{ number: 1 }]);
    expect(steps[0]).toBe('file_read {"number":1}');
    expect(model.requests[0]?.tools?.map(({ name }) => name).at(-1)).toBe('file_read');
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({
      role: 'tool',
      content: expect.stringContaining('Hello'),
    });

    const stuck = scriptedModel([same, same, same, same, same], withTools);
    expect(await begin(stuck).work(null, signal)).toMatchObject({ end: 'gave-up', code: 'MODEL_LIMIT' });
  });
});
