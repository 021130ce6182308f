import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A Redis of the test's own on a unix socket, which can be killed and started again over the same files. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** Runs one command, such as `flushall` or `config set maxmemory 1`. */
  command(...words: string[]): Promise<unknown>;
  /** Ends it as a lost machine ends; resolves when it is dead. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it answers. */
  start(): Promise<void>;
}

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** `persistent`: with an append-only file that is synced every second, as a real one should have. */
export async function startRedis({ persistent = false } = {}): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), 'tm-redis-'));
  const path = join(directory, 'socket');
  const files = persistent ? ['--appendonly', 'yes', '--appendfsync', 'everysec'] : ['--appendonly', 'no'];
  const args = ['--port', '0', '--unixsocket', path, '--dir', directory, '--save', '', ...files];
  let server: ChildProcess | null = null;

  async function start(): Promise<void> {
    server = spawn('redis-server', args, { stdio: 'ignore' });
    await withClient((client) => client.ping());
  }

  async function withClient<T>(act: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis({ path, maxRetriesPerRequest: null, retryStrategy: () => 50 });
    client.on('error', () => undefined);
    try {
      return await act(client);
    } finally {
      client.disconnect();
    }
  }

  async function kill(): Promise<void> {
    const dying = server;
    server = null;
    if (dying === null) return;
    const dead = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await dead;
  }

  await start();
  return {
    url: `unix:${path}`,
    command: (word = '', ...words) => withClient((client) => client.call(word, ...words)),
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
