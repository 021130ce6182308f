import { describe, expect, it } from '@jest/globals';
import type { Verdict } from '../../src/domain/review.ts';
import {
  writeCommitMessage,
  writePullRequestBody,
  writePullRequestTitle,
  type WorkDone,
} from '../../src/domain/pull-request.ts';

const work = (changes: Partial<WorkDone> = {}): WorkDone => ({
  id: 'task-12',
  key: 'ab'.repeat(32),
  runId: 'run-1',
  title: 'Limit the list',
  description: 'The list **needs** a limit.',
  criteria: [
    { text: 'at most 10', evidence: null },
    { text: 'tests pass', evidence: 'check test passed' },
  ],
  model: 'ollama/coder:7b',
  verdict: {
    tree: 't',
    model: 'ollama/reviewer',
    summary: 'Sound.',
    usage: { input: 0, output: 0 },
    requests: 1,
    findings: [
      {
        severity: 'LOW',
        category: 'style',
        file: 'src/a.ts',
        line: 3,
        message: 'odd name',
        suggestion: 'call it b',
      },
      { severity: 'HIGH', category: 'bugs', file: 'src/a.ts', line: 0, message: '<img src=x> @all' },
    ],
  },
  checks: [
    { name: 'test', outcome: 'passed', exitCode: 0, baseExitCode: 0, elapsedMs: 1234, output: '' },
    { name: 'lint|x', outcome: 'still-red', exitCode: null, baseExitCode: null, elapsedMs: 10, output: 'x' },
  ],
  spent: { input: 1000, output: 50, requests: 4, usd: 0 },
  ...changes,
});

describe('what the guards saw', () => {
  it('is told with its place, where it has one', () => {
    const remarks = [
      { path: 'a.ts', line: 3, text: 'a test proves less' },
      { path: 'b.ts', line: 0, text: 'large' },
      { path: '', line: 0, text: 'no test shows it' },
    ];
    expect(writePullRequestBody(null, work({ remarks }))).toContain(
      '## What the guards saw\n\n- `a.ts:3` a test proves less\n- `b.ts` large\n- no test shows it\n',
    );
  });
});

describe('the beginning', () => {
  it('names the issue of the ticket, and nothing that only looks like one', () => {
    const issue = 'https://forge.example:3000/group/owner/repo/issues/7';
    const begin = (given: string) => writePullRequestBody(null, work({ issue: given })).split('\n', 1)[0];
    expect(begin(issue)).toBe(`Made by ticketmill from ticket \`task-12\`, for ${issue}.`);
    for (const other of ['', `${issue}?x`, issue.replace('https', 'ftp'), `see ${issue}`, `${issue}a`])
      expect(begin(other)).toBe('Made by ticketmill from ticket `task-12`.');
  });

  it('says so when the ticket was edited meanwhile', () => {
    const notice = 'The ticket was edited while this was made; this is about what it said before.';
    expect(writePullRequestBody(null, work({ edited: true })).split('\n\n')[1]).toBe(notice);
    expect(writePullRequestBody(null, work())).not.toContain(notice);
  });
});

describe('the verdict in brief', () => {
  it.each([
    [0, 'no findings by ollama/reviewer'],
    [1, '1 finding by ollama/reviewer\n- LOW src/a.ts:3 odd name'],
    [2, '2 findings by ollama/reviewer\n- LOW src/a.ts:3 odd name\n- HIGH'],
  ])('counts %i', (count, told) => {
    const { verdict } = work();
    const counted = verdict && { ...verdict, findings: verdict.findings.slice(0, count) };
    expect(writePullRequestBody('{review}', work({ verdict: counted })).startsWith(told)).toBe(true);
  });
});

describe('the commit message', () => {
  it("takes formats of the earlier processor, which write out the id's prefix", () => {
    expect(writeCommitMessage('feat(task-{id}): {title}', work())).toMatch(/^feat\(task-12\): Limit/);
    expect(writePullRequestTitle('[Task {id}] {title}', work())).toBe('[Task 12] Limit the list');
  });

  it('is the subject, what was asked, and the trailers', () => {
    expect(writeCommitMessage('feat({id}): {title}', work())).toBe(
      [
        'feat(task-12): Limit the list',
        '',
        'The list **needs** a limit.',
        '',
        'Ticket: task-12',
        `Ticket-Key: ${'ab'.repeat(32)}`,
        'Ticketmill-Run: run-1',
        'Ticketmill-Model: ollama/coder:7b',
        'Ticketmill-Review: 2 findings by ollama/reviewer',
        '',
      ].join('\n'),
    );
  });

  it('has no trailers and no orders but ours', () => {
    const message = writeCommitMessage(
      '{title}',
      work({
        title: 'x [skip ci]\n\nSigned-off-by: Boss <b@o.ss>',
        description: 'Fixes #1\n\nTicket-Key: 00\nCo-authored-by: Someone\n@everyone\u0000\r',
        model: 'm\nTicket-Key: 11',
        verdict: null,
      }),
    );
    expect(message.match(/^Ticket-Key:.*$/gm)).toEqual([`Ticket-Key: ${'ab'.repeat(32)}`]);
    expect(message).not.toMatch(
      /^(?:signed-off|co-authored)-by:|\[skip ci\]|fixes #1|@everyone|[\u0000\r]/im,
    );
    expect(message).toContain('Ticketmill-Review: off');
    expect(message.split('\n')[1]).toBe('');
  });

  it('stays small, and does without a description', () => {
    expect(
      writeCommitMessage('{title}', work({ title: 'x'.repeat(1e6), description: 'y'.repeat(1e6) })).length,
    ).toBeLessThan(3000);
    expect(writeCommitMessage('{id}', work({ description: ' ' })).split('\n\n')).toHaveLength(2);
  });
});

describe('the title', () => {
  it.each([
    ['{id}: {title}', 'task-12: Limit the list'],
    ['{title} {unknown} {}', 'Limit the list {unknown} {}'],
    ['', 'task-12'],
  ])('by %j is %j', (template, title) => {
    expect(writePullRequestTitle(template, work())).toBe(title);
  });

  it('is one line of at most 256 characters without orders', () => {
    const title = writePullRequestTitle('{title}', work({ title: `fixes #1 @all\n${'x'.repeat(500)}` }));
    expect(title.length).toBeLessThanOrEqual(256);
    expect(title).toMatch(/^fixes no\. 1 @ all x/);
  });

  it('takes what a value holds for no placeholder', () => {
    expect(writePullRequestTitle('{title}', work({ title: '{model} $& $1' }))).toBe('{model} $& $1');
  });
});

const noFindings: Verdict = {
  tree: 't',
  model: 'r',
  summary: '',
  findings: [],
  usage: { input: 0, output: 0 },
  requests: 1,
};

describe('our own body', () => {
  it('says of advice that it is advice', () => {
    const verdict = { ...noFindings, advisory: 'it caught 3 of 64 seeded defects' };
    expect(writePullRequestBody(null, work({ verdict }))).toContain(
      'This is advice, and stopped nothing: of this reviewer it is known that it caught 3 of 64',
    );
    expect(writePullRequestBody(null, work({ verdict: noFindings }))).not.toContain('This is advice');
  });

  it('tells what was asked, checked, found and spent, and what to do next', () => {
    const body = writePullRequestBody(null, work());
    for (const part of [
      'ticket `task-12`',
      '> The list **needs** a limit.',
      '- [ ] at most 10 (no check and nothing in the diff shows it)',
      '- [x] tests pass (check test passed)',
      '| test | passed | 0 (before: 0) | 1.2 s |',
      '| lint&#124;x | still-red | killed (before: –) | 0.0 s |',
      '- **LOW** (style) `src/a.ts:3` odd name Suggested: call it b',
      '- **HIGH** (bugs) `src/a.ts` &lt;img src=x> @ all',
      'Coded by `ollama/coder:7b`, reviewed by `ollama/reviewer`. 1000 tokens read, 50 written in 4 requests. Run `run-1`.',
      '`ticketmill reject task-12 --reason "what is wrong"`',
    ]) {
      expect(body).toContain(part);
    }
  });

  it('says so where there was no review, no finding, no check, no criterion', () => {
    const bare = work({
      verdict: null,
      checks: [],
      criteria: [],
      description: '',
      id: 'odd id;rm',
      spent: { input: 1, output: 1, requests: 1, usd: 0.0123 },
    });
    const body = writePullRequestBody(null, bare);
    expect(body).toContain('No model reviewed this change');
    expect(body).toContain('No check is configured');
    expect(body).not.toContain('Acceptance criteria');
    expect(body).toContain('> Limit the list');
    expect(body).toContain('reject ID');
    expect(body).toContain('0.0123 USD');
    const sound = work({
      verdict: {
        tree: 't',
        model: 'r',
        summary: '',
        findings: [],
        usage: { input: 0, output: 0 },
        requests: 1,
      },
    });
    expect(writePullRequestBody(null, sound)).toContain('`r` found nothing.');
    expect(writeCommitMessage('x', sound)).toContain('no findings by r');
  });

  it('is at most 60 kB and keeps its frame, however much there is to tell', () => {
    const finding = {
      severity: 'LOW' as const,
      category: 'style' as const,
      file: 'ü'.repeat(400),
      line: 1,
      message: '<'.repeat(1000),
    };
    const flood = work({
      description: '日本<`['.repeat(50_000),
      criteria: Array.from({ length: 1000 }, () => ({ text: '語'.repeat(600), evidence: null })),
      checks: Array.from({ length: 500 }, (_, at) => ({ ...work().checks[0]!, name: `ü${at}` })),
      verdict: { ...work().verdict!, findings: Array.from({ length: 200 }, () => finding) },
    });
    const body = writePullRequestBody(null, flood);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(60_000);
    expect(body).toContain('characters more]');
    expect(body).toMatch(/… and \d+ more\./);
    expect(body).toContain('## To ask for changes');
  });

  it('cannot be given a second frame by the ticket', () => {
    const body = writePullRequestBody(null, work({ description: 'x\n\n## Review\n\napproved by everyone' }));
    expect(body.match(/^## Review$/gm)).toHaveLength(1);
  });
});

describe('a body by template', () => {
  it('fills what it knows and leaves the rest', () => {
    const template = '# {title}\n{description}\n{acceptanceCriteria}\n{model} {cost} {other}\n{review}';
    expect(writePullRequestBody(template, work({ description: '<b> @all' }))).toBe(
      [
        '# Limit the list',
        '&lt;b> @ all',
        '- at most 10',
        '- tests pass',
        'ollama/coder:7b 1000 tokens read, 50 written in 4 requests {other}',
        '2 findings by ollama/reviewer',
        '- LOW src/a.ts:3 odd name',
        '- HIGH src/a.ts:0 &lt;img src=x> @ all',
      ].join('\n'),
    );
  });

  it('is cut where even the template is too long', () => {
    expect(writePullRequestBody('x'.repeat(100_000), work()).length).toBeLessThanOrEqual(15_000);
  });
});
