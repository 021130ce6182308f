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
  /** From now on every command that anybody gives it. */
  overhear(): Promise<Overheard>;
  /** Ends it as a lost machine ends; resolves when it is dead. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it answers. */
  start(): Promise<void>;
}

export interface Overheard extends Disposable {
  readonly commands: readonly string[];
}

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

export type RedisOptions = {
  /** With an append-only file that is synced every second, as a real one should have. */
  persistent?: boolean;
  password?: string;
};

/** Dies with us, however we end: then nobody holds the other end of what its shell reads. */
const bound = 'redis-server "$@" & read -r _; kill -9 $!; wait';

export async function startRedis({ persistent = false, password }: RedisOptions = {}): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), 'tm-redis-'));
  const path = join(directory, 'socket');
  const files = persistent ? ['--appendonly', 'yes', '--appendfsync', 'everysec'] : ['--appendonly', 'no'];
  const locked = password === undefined ? [] : ['--requirepass', password];
  const args = ['--port', '0', '--unixsocket', path, '--dir', directory, '--save', '', ...files, ...locked];
  let server: ChildProcess | null = null;

  async function start(): Promise<void> {
    server = spawn('sh', ['-c', bound, 'redis', ...args], { stdio: ['pipe', 'ignore', 'ignore'] });
    await withClient((client) => client.ping());
  }

  async function withClient<T>(act: (client: Redis) => Promise<T>): Promise<T> {
    const client = connect();
    try {
      return await act(client);
    } finally {
      client.disconnect();
    }
  }

  function connect(): Redis {
    const secret = password === undefined ? {} : { password };
    const client = new Redis({ path, maxRetriesPerRequest: null, retryStrategy: () => 50, ...secret });
    client.on('error', () => undefined);
    return client;
  }

  async function overhear(): Promise<Overheard> {
    const client = connect();
    const listener = await client.monitor();
    const commands: string[] = [];
    listener.on('monitor', (_: string, words: string[]) => void commands.push(words.join(' ')));
    return {
      commands,
      [Symbol.dispose]() {
        listener.disconnect();
        client.disconnect();
      },
    };
  }

  async function kill(): Promise<void> {
    const dying = server;
    server = null;
    if (dying === null) return;
    const dead = new Promise((resolve) => dying.once('exit', resolve));
    dying.stdin?.end();
    await dead;
  }

  await start();
  return {
    url: `unix:${path}`,
    command: (word = '', ...words) => withClient((client) => client.call(word, ...words)),
    overhear,
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
