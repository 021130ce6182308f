import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseTicket } from '../../src/backlog/parse-ticket.ts';
import { checkIdentity } from '../../src/domain/ticket-identity.ts';

function parse(text: string) {
  return parseTicket(new TextEncoder().encode(text), 'task-1 - x.md');
}

function ticketOf(text: string) {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.ticket;
}

const head = '---\nid: T-1\ntitle: Title\n---\n';

describe('parseTicket', () => {
  it('reads a whole ticket', () => {
    const text = [
      '\uFEFF---',
      'id: TASK-2',
      'title: >-',
      '  A long',
      '  title',
      'status: To Do',
      'assignee: @bob',
      'model: a/b',
      '---',
      '',
      '## Description',
      'What',
      '',
      '## Acceptance Criteria',
      '- [ ] one',
      '## Definition of Done',
      '- [x] two',
      '## Implementation Plan',
      'plan',
      '## Implementation Notes',
      'notes',
      '## Final Summary',
      'summary',
      '',
    ].join('\r\n');
    expect(parse(text)).toMatchObject({
      ok: true,
      recovered: false,
      warnings: [],
      ticket: {
        id: 'TASK-2',
        title: 'A long title',
        status: 'To Do',
        assignee: ['@bob'],
        description: 'What',
        brief: 'What',
        implementationPlan: 'plan',
        implementationNotes: 'notes',
        finalSummary: 'summary',
        acceptanceCriteriaItems: [{ index: 1, text: 'one', checked: false }],
        definitionOfDoneItems: [{ index: 1, text: 'two', checked: true }],
        comments: [],
        wishes: { model: 'a/b', suggestedModels: [] },
      },
    });
    expect(ticketOf(text).rawContent).toMatch(/^## Description\r\nWhat/);
  });

  it('takes bare Markdown', () => {
    expect(ticketOf('# Do it\n\nNow.')).toMatchObject({ id: '', title: '', description: '', brief: 'Now.' });
  });

  it('takes the description and the criteria of the front matter where the body has none', () => {
    const front = '---\ntitle: x\ndescription: Why\nacceptanceCriteria:\n  - one\n---\n';
    expect(ticketOf(front)).toMatchObject({
      description: '',
      brief: 'Why',
      acceptanceCriteriaItems: [{ index: 1, text: 'one', checked: false }],
    });
    expect(ticketOf(`${front}## Description\nbody\n## Acceptance Criteria\n- [x] two`)).toMatchObject({
      brief: 'body',
      acceptanceCriteriaItems: [{ index: 1, text: 'two', checked: true }],
    });
  });

  it.each<[string, Uint8Array | string]>([
    ['too-large', new Uint8Array(256 * 1024 + 1).fill(97)],
    ['not-utf8', new Uint8Array([99, 97, 102, 0xe9])],
    ['nul', 'a\0b'],
    ['empty', ''],
    ['empty', '\uFEFF \n\t\n'],
    ['front-matter-open', '---\nid: a\ntitle: half writ'],
    ['front-matter-language', '---js\n{ id: "T-1" }\n---\nbody'],
    ['front-matter-language', '---javascript\n{}\n---\n'],
    ['front-matter-language', '--- js\n{}\n---\n'],
    ['front-matter-language', '---JS\n{}\n---\n'],
    ['front-matter-language', '---coffee\na\n---\n'],
    ['front-matter-language', '---json\n{}\n---\n'],
    ['front-matter-language', '---toml\na = 1\n---\n'],
    ['front-matter-language', '---yaml\nid: a\n---\n'],
    ['front-matter-language', '---constructor\nid: a\n---\n'],
    ['front-matter-too-large', `---\ntitle: ${'x'.repeat(64 * 1024)}\n---\n`],
    ['too-deep', `---\nid: ${'['.repeat(99)}\n---\n`],
    ['yaml', '---\nid: a\nid: b\n---\n'],
    ['yaml', '---\na: b: c\n---\n'],
  ])('refuses %s and names the file', (code, content) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    expect(parseTicket(bytes, 'a.md')).toMatchObject({
      ok: false,
      code,
      reason: expect.stringMatching(/^a\.md: /),
    });
  });

  it('never runs code, wherever it stands', () => {
    const code = '---js\n{ id: (globalThis.PWN = true) }\n---\n';
    parse(code);
    parse(head + code);
    parse(`---\nlanguage: js\nengines: x\nexcerpt_separator: x\nid: T-1\n---\n${code}`);
    expect(globalThis).not.toHaveProperty('PWN');
  });

  it('recovers and warns', () => {
    expect(parse('---\nid: T-1\ntitle: Fix: login\nassignee:\n  - @bob\nbudget: lots\n---\nx')).toMatchObject(
      {
        ok: true,
        recovered: true,
        warnings: [expect.stringContaining('read line by line'), expect.stringContaining('budget')],
        ticket: { id: 'T-1', title: 'Fix: login', assignee: ['@bob'] },
      },
    );
  });

  it.each([
    ['0123', '0123'],
    ['1e3', '1e3'],
    ['0x1F', '0x1F'],
    ['12:30:45', '12:30:45'],
    ['2024-01-01', '2024-01-01'],
    ['[1, 2]', '[1, 2]'],
    ['.inf', '.inf'],
    ['~', '~'],
    ['{a: b}', '{a: b}'],
    ['>-\n  T-1', '>-'],
    ['"\\x41-1"', '\\x41-1'],
  ])('holds the id %s, for YAML reads something else', (id, written) => {
    const ticket = ticketOf(`---\nid: ${id}\n---\nx`);
    expect(ticket.idAsWritten).toBe(written);
    expect(checkIdentity(ticket, 'a.md')).not.toBeNull();
  });

  it.each(['T-1', '"0123"', "'T-1' # mine", '13'])('takes the id %s as written', (id) => {
    expect(ticketOf(`---\nid: ${id}\n---\nx`)).not.toHaveProperty('idAsWritten');
  });

  it('never throws, whatever the bytes', () => {
    const piece = fc.constantFrom(
      ...[
        '---\n',
        'id: ',
        'labels: ',
        '[',
        '- ',
        '"',
        '\n',
        '## Description\n',
        '## Comments\n',
        '<!-- AC:BEGIN -->\n',
      ],
      ...[
        '<!-- COMMENTS:BEGIN -->\n',
        '<!-- COMMENTS:END -->\n',
        '- [ ] a\n',
        '*a',
        '&a ',
        'due_date: x\n',
        '\r\n',
        '{',
      ],
      ...['constructor: ', '__proto__: ', 'toString: ', 'budget: ', 'ordinal: '],
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 }))), (pieces) => {
        const parsed = parse(pieces.join(''));
        expect(typeof parsed.ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});

describe('hostile text', () => {
  const fill = (piece: string, size: number): string =>
    piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
  const bodies: [string, (size: number) => string][] = [
    ['blank lines', (size) => `## Description${fill('\n', size)}x`],
    ['conflict marks', (size) => fill('<', size)],
    ['boxes', (size) => `## Acceptance Criteria\n${fill('- [ ] x\n', size)}`],
    ['long blanks', (size) => `## a${fill(' ', size)}b`],
    ['unclosed markers', (size) => fill('## Description\n<!-- SECTION:DESCRIPTION:BEGIN -->\n', size)],
    [
      'nested markers',
      (size) =>
        fill('<!-- SECTION:PLAN:BEGIN -->\n', size / 2) + fill('<!-- SECTION:PLAN:END -->\n', size / 2),
    ],
    ['alternating sections', (size) => fill('## Description\na\n## Notes\n', size)],
    ['unclosed comments', (size) => fill('## Comments\n<!-- COMMENTS:BEGIN -->\n', size)],
    [
      'old comments',
      (size) =>
        `## Comments\n<!-- COMMENTS:BEGIN -->\n${fill('<!-- COMMENT:BEGIN -->\n', size)}\n<!-- COMMENTS:END -->`,
    ],
    ['brackets', (size) => fill('[[[[](', size)],
  ];
  const milliseconds = (text: string): number => {
    const before = performance.now();
    parse(head + text);
    return performance.now() - before;
  };

  it.each(bodies)('%s do not take quadratic time', (_, body) => {
    // Quadratic work on this size would take minutes; the bound is wide enough for any machine.
    expect(milliseconds(body(255 * 1024))).toBeLessThan(5_000);
  });
});
