import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { version } from '../src/app/version.ts';
import { writeFiles } from './support/config-root.ts';
import { temporaryDirectories } from './support/directory.ts';
import { startFakeOllama } from './support/fake-ollama.ts';
import { makeRepository } from './support/git-repository.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

describe('the process', () => {
  const directory = temporaryDirectories();
  const children: ChildProcessWithoutNullStreams[] = [];
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

  function start(
    argv: string[],
    cwd: string,
    env: Record<string, string> = {},
  ): ChildProcessWithoutNullStreams {
    const home = { HOME: cwd, XDG_STATE_HOME: join(cwd, '..', 'state-of-test'), PATH: process.env['PATH'] };
    const child = spawn(process.execPath, [main, ...argv], { cwd, env: { ...home, ...env } });
    children.push(child);
    return child;
  }

  async function run(argv: string[], cwd: string, input = '') {
    const child = start(argv, cwd);
    child.stdin.end(input);
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { code: code as number, out, err };
  }

  it('tells its version', async () => {
    expect(await run(['--version'], directory())).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it('ends with 2 on bad usage, without a stack', async () => {
    const said = await run(['lint', '--nonsense'], directory());
    expect(said).toMatchObject({ code: 2, out: '' });
    expect(said.err).toBe(
      "error: unknown option '--nonsense'\n`ticketmill COMMAND --help` shows how a command is used.\n",
    );
  });

  it('lints a folder', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'backlog/todo/a.md': '# A', 'backlog/todo/b.md': '' });
    const said = await run(['lint', '--json'], cwd);
    expect(said.code).toBe(1);
    expect(said.out.trimEnd().split('\n')).toHaveLength(2);
  });

  it('applies a reply from standard input', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'a.txt': 'one\n' });
    const reply = 'a.txt\n<<<<<<< SEARCH\none\n=======\ntwo\n>>>>>>> REPLACE\n';
    expect(await run(['apply', '--json'], cwd, reply)).toEqual({
      code: 0,
      out: '{"applied":[{"path":"a.txt"}],"failed":[]}\n',
      err: '',
    });
    expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('two\n');
  });

  it('prints the config, with its environment', async () => {
    const cwd = directory();
    const child = start(['config', 'print', '--json', '--root', '.'], cwd, { TICKETMILL_SERVER__PORT: '4' });
    expect(JSON.parse(await text(child.stdout))).toMatchObject({ config: { server: { port: 4 } } });
  });

  it('is not bothered by a reader that goes away', async () => {
    const cwd = directory();
    const ticket = `# A\n\n${'x'.repeat(2000)}\n`;
    writeFiles(cwd, Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`t/${index}.md`, ticket])));
    const child = start(['lint', '--json', 't'], cwd);
    const err = text(child.stderr);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await err).toBe('');
  });

  it('ends with 130 when a command is interrupted', async () => {
    const repository = await makeRepository({ remote: 'none' });
    const ollama = await startFakeOllama();
    try {
      const child = start(['status', '--watch', '--json'], repository.root, { OLLAMA_HOST: ollama.url });
      await once(child.stdout, 'data');
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([130, null]);
    } finally {
      await ollama.close();
      await repository.remove();
    }
  });

  it('is a daemon that a signal ends well, a hangup not at all, and a second signal at once', async () => {
    const repository = await makeRepository({ remote: 'none' });
    const ollama = await startFakeOllama({ models: [{ name: 'm' }], script: () => ({ fault: 'hang' }) });
    try {
      await repository.commit({ '.gitignore': 'backlog/\nlogs/\n.ticketmill/\n' });
      const config = {
        ollama: { hosts: [ollama.url], defaultModel: 'm', warmUp: false },
        models: { m: { admitted: true, tools: true } },
        server: { port: 0 },
      };
      writeFiles(repository.root, { 'config.json': config });

      const idle = start(['start'], repository.root);
      const [line] = (await once(idle.stdout, 'data')) as [Buffer];
      expect(line.toString()).toMatch(/^ticketmill listening on http:\/\/127\.0\.0\.1:\d+\n/);
      idle.kill('SIGHUP');
      idle.kill('SIGTERM');
      expect(await once(idle, 'exit')).toEqual([0, null]);

      writeFiles(repository.root, { 'backlog/todo/a.md': '# A\n' });
      const busy = start(['start', '--no-server'], repository.root);
      await ollama.received('/api/chat');
      busy.kill('SIGTERM');
      await saying(busy.stderr, 'Ending');
      busy.kill('SIGTERM');
      expect(await once(busy, 'exit')).toEqual([0, null]);
      expect(readdirSync(join(repository.root, 'backlog/todo'))).toEqual(['a.md']);
    } finally {
      await ollama.close();
      await repository.remove();
    }
  });
});

async function saying(stream: Readable, word: string): Promise<void> {
  let said = '';
  for await (const chunk of stream) {
    said += String(chunk);
    if (said.includes(word)) return;
  }
  throw new Error(`it ended without saying ${word}: ${said}`);
}
