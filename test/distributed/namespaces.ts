import { execFileSync } from 'node:child_process';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo, NetConnectOpts } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine } from '../../scripts/demo/place.ts';
import { edit, greetingTicket, openFleet } from '../support/fleet.ts';
import { expectAllReviewed } from '../support/fleet-invariants.ts';

// Two workers with a network of their own each, as two machines have: `node test/distributed/namespaces.ts`, as root on
// Linux. Redis, with a password, and the model server are reached over a bridge; one worker's cable is pulled while it is at
// work, and put in again once the other has taken over.
const here = '10.77.0.1';
const bridge = 'tm-bridge';
const password = ['of', 'the', 'bridge'].join('-');

await using opened = new AsyncDisposableStack();
ip('link', 'add', bridge, 'type', 'bridge');
opened.defer(() => ip('link', 'del', bridge));
ip('addr', 'add', `${here}/24`, 'dev', bridge);
ip('link', 'set', bridge, 'up');

const targets: { redis?: NetConnectOpts; models?: NetConnectOpts } = {};
const redisPort = await forward(() => targets.redis);
const modelPort = await forward(() => targets.models);
const url = `redis://${here}:${redisPort}`;
const hosts = [`http://${here}:${modelPort}`];
const fleet = await openFleet(
  {
    password,
    config: {
      ollama: { hosts, defaultModel: 'ollama/coder', parallel: 10, warmUp: false },
      queue: { driver: 'bullmq', url },
    },
    code: () => sleep(5000).then(() => edit),
  },
  opened,
);
fleet.env['REDIS_PASSWORD'] = password;
targets.redis = { path: fleet.redis.url.replace('unix:', '') };
targets.models = { host: '127.0.0.1', port: Number(new URL(fleet.ollama.url).port) };
const fingerprint = await fleet.repository.fingerprint();

const spaces = ['tm-worker-1', 'tm-worker-2'].map((name, index) => machine(name, index + 2));
const workers = spaces.map((name) =>
  fleet.hire({ program: ['ip', 'netns', 'exec', name, ...commandLine] }, url),
);
const daemon = fleet.start();
await Promise.all(workers.map((worker) => worker.until('daemon:started')));
const [first, second] = workers;
if (first === undefined || second === undefined) throw new Error('two workers are needed');
const ids = Array.from({ length: 6 }, (_, index) => `task-${index + 1}`);
for (const id of ids) await fleet.drop(`${id}.md`, greetingTicket(id));
const { taskId } = await first.until('stage:started', ({ stage }) => stage === 'code');

ip('-n', spaces[0] ?? '', 'link', 'set', 'eth0', 'down');
const pulled = performance.now();
await second.until('stage:started', (event) => event.stage === 'open' && event.taskId === taskId);
const seconds = (performance.now() - pulled) / 1000;
ip('-n', spaces[0] ?? '', 'link', 'set', 'eth0', 'up');
await Promise.all(ids.map((id) => daemon.until('ticket:settled', (event) => event.taskId === id)));
await fleet.end();
await expectAllReviewed(fleet, ids, fingerprint);
process.stdout.write(
  `${spaces.length} workers in networks of their own: ${taskId} was with the other ${seconds.toFixed(0)} s after the cable was pulled; ${ids.length} tickets in review, none lost, none twice\n`,
);

function ip(...args: string[]): void {
  execFileSync('ip', args);
}

/** A network with one cable to the bridge. */
function machine(name: string, number: number): string {
  const [outer, inner] = [`tm-out-${number}`, `tm-in-${number}`];
  ip('netns', 'add', name);
  opened.defer(() => ip('netns', 'del', name));
  ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner);
  ip('link', 'set', inner, 'netns', name, 'name', 'eth0');
  ip('link', 'set', outer, 'master', bridge, 'up');
  ip('-n', name, 'addr', 'add', `10.77.0.${number}/24`, 'dev', 'eth0');
  for (const device of ['lo', 'eth0']) ip('-n', name, 'link', 'set', device, 'up');
  return name;
}

/** A port on the bridge behind which is what listens on this machine alone. */
async function forward(to: () => NetConnectOpts | undefined): Promise<number> {
  const server = createServer((client) => {
    const target = to();
    if (target === undefined) return client.destroy();
    const inner = createConnection(target);
    for (const socket of [client, inner]) socket.on('error', () => undefined);
    client.on('close', () => inner.destroy());
    inner.on('close', () => client.destroy());
    return client.pipe(inner).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, here, resolve));
  opened.defer(() => void server.close());
  return (server.address() as AddressInfo).port;
}
