import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { environmentOf, processesAt } from '../support/mill.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { startFakeOllama } from '../support/fake-ollama.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const makeDirectory = temporaryDirectories();
const longest = 240_000;

describe('npm run demo -- --prepared', () => {
  it(
    'says that no model is there, shows pull requests and a refusal, and ends well',
    async () => {
      const home = makeDirectory();
      const { code, lines } = await follow(start('npm', ['run', '-s', 'demo', '--', '--prepared'], { home }));
      const text = lines.join('\n');

      expect(code).toBe(0);
      expect(lines[0]).toBe('no model was used: prepared answers');
      expect(lines.slice(1, 4).join(' ')).toMatch(/bundled server stands in for a model/);
      expect(text).not.toContain('\u001b');
      expect(text).toMatch(/npm test {3}fails[^]*npm test {3}passes/);
      expect(sectionOf(text, 'task-1')).toMatch(/pull request +#1 merged[^]*\+ {2}return total >= freeFrom/);
      expect(sectionOf(text, 'task-2')).toMatch(
        /pull request +#\d open[^]*1 HIGH\), sent back; then no findings/,
      );
      expect(sectionOf(text, 'task-3')).toMatch(
        /refused by a guard, as it should be[^]*GUARD_PROTECTED_PATH/,
      );
      expect(sectionOf(text, 'task-4')).toMatch(/checks +test passed[^]*\+.*RangeError/);
      expect(sectionOf(text, 'task-5')).toMatch(
        /pull request +#\d open[^]*fast path +rename-symbol: no model was asked[^]*\+const flatRateInCents/,
      );
      expect(sectionOf(text, 'readme-tests')).toMatch(/pull request +#\d open[^]*\+## Tests/);
      expect(text).toContain(
        '5 pull requests (1 merged, 4 open), 1 ticket refused by a guard, as it should be.',
      );
      expect(text).toMatch(/The server was at http:\/\/127\.0\.0\.1:\d+/);
      expect(processesAt(home)).toEqual([]);
      await expectCommandsToWork(home, lines);
    },
    longest,
  );

  it(
    'leaves nothing behind when it is interrupted',
    async () => {
      const home = makeDirectory();
      const demo = start(process.execPath, ['scripts/demo.ts', '--prepared'], { home });
      const { code, lines } = await follow(demo, (line) => {
        if (line.includes('task-1  taken: ')) demo.kill('SIGINT');
      });
      expect(code).toBe(130);
      expect(lines.at(-1)).toBe('Interrupted; the throw-away repository is removed.');
      expect(demosIn(home)).toEqual([]);
      expect(processesAt(home)).toEqual([]);
    },
    longest,
  );
});

describe('npm run demo with an Ollama server', () => {
  it(
    'uses a fit model, and fails when it does not do what it should',
    async () => {
      await using ollama = await startFakeOllama({
        models: [
          { name: 'nomic-embed-text', capabilities: ['embedding'] },
          { name: 'capable-coder:7b', parameterSize: '7.6B' },
        ],
        script: () => 'All is done.',
      });
      const demo = start(process.execPath, ['scripts/demo.ts'], { home: makeDirectory(), host: ollama.url });
      const { code, lines } = await follow(demo);
      expect(code).toBe(1);
      expect(lines[0]).toBe(`a real model is used: ollama/capable-coder:7b at ${ollama.url}`);
      expect(lines.join('\n')).not.toContain('prepared answers');
      expect(ollama.chats().every(({ model }) => model === 'capable-coder:7b')).toBe(true);
    },
    longest,
  );

  it(
    'leaves a model alone that is too small for it',
    async () => {
      await using ollama = await startFakeOllama({ models: [{ name: 'tiny:1b', parameterSize: '1.2B' }] });
      const demo = start(process.execPath, ['scripts/demo.ts'], { home: makeDirectory(), host: ollama.url });
      const { lines } = await follow(demo, (line) => {
        if (line.startsWith('Ollama at')) demo.kill('SIGINT');
      });
      expect(lines[0]).toBe('no model was used: prepared answers');
      expect(lines[1]).toBe(`Ollama at ${ollama.url} has no model of 3 billion parameters or more.`);
      expect(ollama.chats()).toEqual([]);
    },
    longest,
  );
});

function start(
  program: string,
  args: readonly string[],
  { home, host }: { home: string; host?: string },
): ChildProcessWithoutNullStreams {
  const env = { ...environmentOf(home), TMPDIR: home, ...(host === undefined ? {} : { OLLAMA_HOST: host }) };
  return spawn(program, args, { cwd: checkout, env });
}

async function follow(
  child: ChildProcessWithoutNullStreams,
  onLine: (line: string) => void = () => undefined,
): Promise<{ code: number | null; lines: string[] }> {
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    onLine(line);
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaints += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (complaints.includes('broke off')) throw new Error(complaints);
  return { code, lines };
}

/** What stands under a ticket in the report. */
function sectionOf(text: string, id: string): string {
  const report = text.slice(text.indexOf('What became of them'));
  const from = report.indexOf(`\n${id}  `);
  const to = report.slice(from + 1).search(/\n(?:task-\d|readme-tests|On main)/);
  return report.slice(from, from + 1 + to);
}

function demosIn(home: string): string[] {
  return readdirSync(home).filter((name) => name.startsWith('ticketmill-demo-'));
}

/** What the demo names for looking around. */
async function expectCommandsToWork(home: string, lines: readonly string[]): Promise<void> {
  const command = join(home, demosIn(home)[0] ?? '', 'ticketmill');
  expect(lines).toContain(`  ${command} merge task-2`);
  const status = await follow(start(command, ['status'], { home }));
  expect(status.lines[1]).toBe('todo 0  processing 0  review 4  done 1  failed 1');
  const merge = await follow(start(command, ['merge', 'task-2'], { home }));
  expect(merge.lines).toEqual([expect.stringMatching(/^task-2 {2}done: .* is merged$/)]);
}
