import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { typed, type Typed } from '../support/command-line.ts';
import { startFakeOllama, type FakeAnswer, type FakeOllama } from '../support/fake-ollama.ts';
import { makeRepository, type TestRepository } from '../support/git-repository.ts';
import { answerOf, type Quality } from '../support/quality-reviewer.ts';

type Asked = { messages: { content: string }[]; format?: unknown };
const nonceOf = ({ format }: Asked) =>
  (format as { properties: { nonce: { enum: [string] } } }).properties.nonce.enum[0];

let ollama: FakeOllama;
let repository: TestRepository;
let answer: (chat: Asked) => FakeAnswer;
const finding = { severity: 'HIGH', category: 'bugs', file: 'a.ts', line: 1, message: 'Wrong.\nVery.' };
const found =
  (...findings: object[]) =>
  (chat: Asked) =>
    JSON.stringify({ nonce: nonceOf(chat), summary: 'Read it all.', findings });

beforeEach(async () => {
  answer = found();
  repository = await makeRepository({ files: { 'a.ts': 'const a = 1;\n' } });
  ollama = await startFakeOllama({
    models: [{ name: 'judge:3b' }],
    script: ({ body }) => answer(body as unknown as Asked),
  });
});
afterEach(async () => {
  await ollama.close();
  await repository.remove();
});
const review = (argv: string[] = [], more: Partial<Typed> = {}) =>
  typed(['review', ...argv], { cwd: repository.root, env: { OLLAMA_HOST: ollama.url }, ...more });

describe('ticketmill review', () => {
  it('needs no config, and says so when there is nothing to review', async () => {
    const said = await review();
    expect(said).toMatchObject({ code: 0, out: 'Nothing differs from origin/main.\n', err: '' });
    expect(ollama.chats()).toEqual([]);
  });

  it('tells findings, the gravest first, and leaves the repository as it was', async () => {
    answer = found({ ...finding, severity: 'LOW', line: 0, suggestion: 'Mend it.' }, finding);
    await repository.write({ 'a.ts': 'const a = 2;\n', 'new.ts': 'x\n' });
    const before = await repository.fingerprint();
    const said = await review();
    expect(said.code).toBe(0);
    expect(said.out).toBe(
      'HIGH a.ts:1 bugs\n  Wrong. Very.\n\nLOW a.ts bugs\n  Wrong. Very.\n  Suggestion: Mend it.\n\n' +
        'ollama/judge:3b: 2 findings (1 HIGH, 1 LOW). Read it all.\n',
    );
    expect(said.err).toBe('ollama/judge:3b reviews 2 files against origin/main.\n');
    expect(await repository.fingerprint()).toEqual(before);
    expect(existsSync(join(repository.root, '.ticketmill'))).toBe(false);
    const [chat] = ollama.chats() as Asked[];
    expect(chat?.messages[1]?.content).toContain('There is none: judge the change by itself.');
  });

  it.each([
    ['high', 1],
    ['CRITICAL', 0],
    ['low', 1],
  ])('fails on findings at or over a severity: %s', async (severity, code) => {
    answer = found(finding);
    await repository.write({ 'a.ts': 'const a = 2;\n' });
    expect((await review(['--fail-on', severity])).code).toBe(code);
  });

  it('reviews what is staged, as a hook before a commit', async () => {
    await repository.write({ 'a.ts': 'staged\n' });
    await repository.git('add', '-A');
    await repository.write({ 'a.ts': 'not staged\n' });
    await review(['--staged']);
    const [chat] = ollama.chats() as Asked[];
    expect(chat?.messages[1]?.content).toContain('+staged');
    expect(chat?.messages[1]?.content).not.toContain('not staged');
  });

  it('speaks JSON, by its own option and by the general one', async () => {
    answer = found(finding);
    await repository.write({ 'a.ts': 'const a = 2;\n' });
    for (const argv of [['--format', 'json'], ['--json']]) {
      const said = await review([...argv, '--fail-on', 'medium']);
      expect(said.code).toBe(1);
      expect(said.json()).toMatchObject([
        {
          base: 'origin/main',
          files: 1,
          verdict: { model: 'ollama/judge:3b', findings: [{ file: 'a.ts', line: 1 }], requests: 1 },
          failOn: 'MEDIUM',
          failed: true,
        },
      ]);
    }
  });

  it('speaks SARIF and the commands of a workflow', async () => {
    answer = found(finding);
    await repository.write({ 'a.ts': 'const a = 2;\n' });
    const log = JSON.parse((await review(['--format', 'sarif'])).out) as { runs: { results: unknown[] }[] };
    expect(log.runs[0]?.results).toHaveLength(1);
    const { out } = await review(['--format', 'github']);
    expect(out).toBe('::error file=a.ts,line=1,title=HIGH bugs::Wrong. Very.\n');
  });

  it('fails where there is no valid verdict', async () => {
    answer = () => 'Looks good to me!';
    await repository.write({ 'a.ts': 'const a = 2;\n' });
    const said = await review(['--json']);
    expect(said.code).toBe(1);
    expect(said.json()).toMatchObject([{ error: { code: 'REVIEW_FAILED' } }]);
  });

  it('ends with 3 where the model is not there, be it the server or its model', async () => {
    await repository.write({ 'a.ts': 'const a = 2;\n' });
    expect((await review(['--model', 'missing:7b'])).code).toBe(3);
    await ollama.close();
    expect(await review()).toMatchObject({ code: 3, out: '' });
  });

  it.each([
    [['--format', 'xml'], /--format is "xml", expected text, json, sarif, github/],
    [['--fail-on', 'grave'], /--fail-on is "grave", expected critical, high, medium, low/],
  ])('refuses what it does not know: %j', async (argv, message) => {
    const said = await review(argv);
    expect(said.code).toBe(2);
    expect(said.err).toMatch(message);
  });

  it('says which base it does not know', async () => {
    const said = await review(['--base', 'nowhere']);
    expect(said.code).toBe(1);
    expect(said.err).toMatch(/"nowhere" names no commit/);
  });

  it('stops nothing where the reviewer must be measured and is not', async () => {
    answer = found(finding);
    await repository.write({ 'a.ts': 'const a = 2;\n' });
    const env = { OLLAMA_HOST: ollama.url, TICKETMILL_CODE_REVIEW__REQUIRE_CALIBRATION: 'true' };
    const said = await review(['--fail-on', 'low'], { env });
    expect(said.code).toBe(0);
    expect(said.out).toMatch(/Advice only, which stops nothing: it was not measured yet/);
  });
});

describe('ticketmill review --calibrate', () => {
  const askFor = (quality: Quality) => {
    answer = (chat) => answerOf(quality)(chat as never);
  };
  const env = () => ({ OLLAMA_HOST: ollama.url, TICKETMILL_OLLAMA__PARALLEL: '4' });

  it.each<[Quality, RegExp[]]>([
    [
      'perfect',
      [/defects caught +66 of 66 +100 % +94 % – 100 %/, /false alarms +0 of 66 +0 %/, /It may stop changes/],
    ],
    ['coin', [/false alarms +\d\d of 66/, /It may only advise .* it caught \d\d of 66 seeded defects/]],
    [
      'rubber-stamp',
      [/defects caught +0 of 66 +0 % +0 % – 6 %/, /CRITICAL +0 of 15/, /security +0 of/, /only advise/],
    ],
  ])('measures a reviewer that is %s', async (quality, expected) => {
    askFor(quality);
    const said = await review(['--calibrate', '--model', 'judge:3b'], { env: env() });
    expect(said.code).toBe(0);
    for (const line of expected) expect(said.out).toMatch(line);
    expect(said.err).toContain('judge:3b is asked about 132 changes.');
  });

  it('asks once; then the measured reviewer may stop changes', async () => {
    askFor('perfect');
    const first = await review(['--calibrate', '--json'], { env: env() });
    const asked = ollama.chats().length;
    const again = await review(['--calibrate', '--json'], { env: env() });
    expect(asked).toBe(132);
    expect(ollama.chats()).toHaveLength(asked);
    expect(again.json()).toEqual(first.json());
    const digest = expect.stringMatching(/^[0-9a-f]{64}$/) as unknown;
    expect(again.json()).toMatchObject([
      { model: 'ollama/judge:3b', digest, objection: null, unanswered: 0 },
    ]);

    answer = found(finding);
    await repository.write({ 'a.ts': 'const a = 2;\n' });
    const measured = { ...env(), TICKETMILL_CODE_REVIEW__REQUIRE_CALIBRATION: 'true' };
    const said = await review(['--fail-on', 'high'], { env: measured });
    expect(said.code).toBe(1);
    expect(said.out).not.toMatch(/Advice only/);
  });
});
