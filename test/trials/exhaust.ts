// `npm run test:trials`, its second part: a model whose commands use up what a machine has, one thing after the other.
// Asks the daemon for `/health` all the while, and fails when an answer fails to come.
import { setTimeout as sleep } from 'node:timers/promises';
import { openMill } from '../support/mill.ts';

/** Each is ended after so long, if it does not end by itself. */
const seconds = 4;

const commands = {
  'nothing, to compare': `sleep ${seconds}`,
  'a fork bomb': 'bomb() { bomb | bomb & }; bomb; sleep 60',
  'every processor': 'for i in 1 2 3 4 5 6 7 8; do (while :; do :; done) & done; sleep 60',
  memory: `node -e 'const all = []; for (;;) all.push(Buffer.alloc(2 ** 28, 1).subarray(0, 1), Buffer.alloc(2 ** 31))'`,
  'a file of 50 GB': 'mkdir out; dd if=/dev/zero of=/tmp/big bs=1M count=50000',
  '100,000 files': 'mkdir /tmp/many; i=0; while [ $i -lt 100000 ]; do : > /tmp/many/$i; i=$((i+1)); done',
  'output without end': 'yes',
};

const files = { 'greet.txt': 'Hi.\n' };
const config = {
  ollama: { defaultModel: 'ollama/coder:7b', warmUp: false },
  codeReview: { enabled: false },
  fastPath: { enabled: false },
};
const ticket =
  "---\nid: task-1\ntitle: Say hello\ncreated_date: '2026-01-02'\n---\n\nLet greet.txt say hello.\n";

await using opened = new AsyncDisposableStack();
const names = Object.keys(commands);
const mill = await openMill({ files, config, ollama: { models: [{ name: 'coder:7b' }] } }, opened);
mill.ollama.reply(
  ...Object.values(commands).map((command) => ({
    toolCalls: [{ name: 'run', arguments: { command, timeout: seconds } }],
  })),
  { toolCalls: [{ name: 'write', arguments: { path: 'greet.txt', content: 'Hello.\n' } }] },
  'DONE: It greets.',
);
const daemon = mill.start();
const { url } = await daemon.until('server:listening');
await mill.drop('task-1.md', ticket);

const waits = new Map<string, number[]>(names.map((name) => [name, []]));
let missed = 0;
let isOver = false;
const settled = daemon.until('ticket:settled').finally(() => (isOver = true));
while (!isOver) {
  // A command runs from the answer that asks for it until the next question.
  const name = names[mill.ollama.chats().length - 1];
  const asked = performance.now();
  const answer = await fetch(`${url}/health`).catch(() => null);
  if (answer?.ok !== true) missed += 1;
  if (name !== undefined) waits.get(name)?.push(performance.now() - asked);
  await sleep(20);
}
const { to } = await settled;
process.stdout.write(
  '| while a command uses up … | asked | half within | all within |\n| --- | --- | --- | --- |\n',
);
for (const [name, all] of waits) {
  const sorted = all.toSorted((one, other) => one - other);
  const within = (part: number): string =>
    `${(sorted[Math.ceil(sorted.length * part) - 1] ?? 0).toFixed(0)} ms`;
  process.stdout.write(`| ${name} | ${sorted.length} | ${within(0.5)} | ${within(1)} |\n`);
}
process.stdout.write(`${missed} answers failed to come; the ticket went to ${to}\n`);
process.exitCode = missed > 0 || to === 'failed' ? 1 : 0;
