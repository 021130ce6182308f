import { describe, expect, it } from '@jest/globals';
import { createAudit } from '../../src/guard/audit-dependencies.ts';
import { readAudit } from '../../src/guard/read-audit.ts';
import type { CommandResult, Workspace } from '../../src/ports.ts';
import { captured, type Edit } from '../support/captured.ts';
import { contentsOf } from '../support/inspected.ts';

const never = new AbortController().signal;
const edit = (path: string, before: string, after: string): Edit => ({
  path,
  before: `${before}\n`,
  after: `${after}\n`,
});
const manifest = edit(
  'package.json',
  '{"dependencies":{"old":"1"}}',
  '{"dependencies":{"old":"1","fresh":"2"}}',
);
const lock = edit(
  'package-lock.json',
  '{"packages":{"node_modules/old":{"version":"1.0.0"}}}',
  '{"packages":{"node_modules/old":{"version":"1.0.0"},"node_modules/fresh":{"version":"2.0.0"},"node_modules/fresh/node_modules/deep":{"version":"3.0.0"}}}',
);

const vulnerable = (name: string, severity: string, more: object = {}) => ({
  [name]: { name, severity, via: [{ title: `a hole in ${name}` }], effects: [], ...more },
});
const npm = (...found: object[]) =>
  `npm warn something\n${JSON.stringify({ vulnerabilities: Object.assign({}, ...found) as object })}\n`;

async function audit(edits: Edit[], answer: string | Error | Partial<CommandResult>, network = true) {
  const ran: string[][] = [];
  const workspace = {
    run: ({ argv }: { argv: string[] }) => {
      ran.push(argv);
      if (answer instanceof Error) return Promise.reject(answer);
      const output = typeof answer === 'string' ? answer : '';
      return Promise.resolve({
        exitCode: 1,
        output,
        timedOut: false,
        elapsedMs: 1,
        ...(typeof answer === 'string' ? {} : answer),
      });
    },
  } as unknown as Workspace;
  const look = createAudit({ network, contents: contentsOf(edits) });
  return { ...(await look(workspace, captured(...edits), never)), ran };
}

describe('the audit of dependencies', () => {
  it('is not made for a change of other things', async () => {
    expect(await audit([edit('src/a.ts', 'a', 'b')], '')).toEqual({ refusals: [], remarks: [], ran: [] });
  });

  it('says that nobody could be asked without the network, and asks nobody', async () => {
    const { refusals, remarks, ran } = await audit([manifest], '', false);
    expect({ refusals, ran }).toEqual({ refusals: [], ran: [] });
    expect(remarks[0]?.text).toContain('`sandbox.network` is off');
  });

  it('asks npm about the lock file once, without running anything of it', async () => {
    const { ran, refusals, remarks } = await audit([manifest, lock], npm());
    expect(ran).toEqual([
      ['npm', 'audit', '--json', '--package-lock-only', '--ignore-scripts', '--prefix', '.'],
    ]);
    expect(refusals).toEqual([]);
    expect(remarks).toEqual([
      expect.objectContaining({
        text: 'npm looked the dependencies up: 0 known to be vulnerable were there before',
      }),
    ]);
  });

  it.each([
    ['a new dependency', vulnerable('fresh', 'high')],
    ['what a new dependency brings', vulnerable('deep', 'critical')],
    ['what shows through a new dependency', vulnerable('other', 'high', { effects: ['fresh'] })],
  ])('refuses %s that is known to be vulnerable', async (_what, found) => {
    const { refusals } = await audit([manifest, lock], npm(found));
    expect(refusals).toEqual([
      {
        code: 'GUARD_DEPENDENCY_AUDIT',
        path: 'package.json',
        line: 0,
        reason: expect.stringContaining('a hole in'),
      },
    ]);
  });

  it('tells of what is mild, and of what was there before', async () => {
    const { refusals, remarks } = await audit(
      [manifest, lock],
      npm(vulnerable('fresh', 'moderate'), vulnerable('old', 'critical')),
    );
    expect(refusals).toEqual([]);
    expect(remarks.map(({ text }) => text)).toEqual([
      'fresh is known to be vulnerable (moderate): a hole in fresh',
      'npm looked the dependencies up: 1 known to be vulnerable were there before',
    ]);
  });

  it.each<[string, string | Error | Partial<CommandResult>, string]>([
    [
      'an error of the registry',
      '{\n"message": "405 Method Not Allowed", "error": {"summary": "", "detail": ""}\n}',
      'it said',
    ],
    [
      'a missing lock file',
      JSON.stringify({ error: { code: 'ENOLOCK', summary: 'This command requires an existing lockfile.' } }),
      'requires an existing lockfile',
    ],
    ['no JSON', 'sh: npm: not found', 'not installed'],
    ['a program that does not start', new Error('ENOENT'), 'not installed'],
    ['half an answer', '{"vulnerabilities": {', 'could not be read'],
    ['no answer in time', { timedOut: true, exitCode: null }, 'in time'],
  ])('says so after %s, and passes nothing silently', async (_what, answer, said) => {
    const { refusals, remarks } = await audit([manifest], answer);
    expect(refusals).toEqual([]);
    expect(remarks[0]?.text).toContain('were not looked up with npm');
    expect(remarks[0]?.text).toContain(said);
  });

  it.each<[string, Edit, unknown, string]>([
    [
      'pip-audit',
      edit('requirements.txt', 'old==1', 'old==1\nFlask==0.5'),
      {
        dependencies: [
          { name: 'old', version: '1', vulns: [{ id: 'PYSEC-2018-1', fix_versions: ['2'], aliases: [] }] },
          {
            name: 'flask',
            version: '0.5',
            vulns: [
              {
                id: 'PYSEC-2019-179',
                fix_versions: ['1.0'],
                aliases: ['CVE-2019-1010083'],
                description: 'The Pallets Project Flask before 1.0 is affected by unexpected memory usage.',
              },
            ],
          },
          { name: 'click', version: '8.1.7', vulns: [] },
          { name: 'local', skip_reason: 'Dependency not found on PyPI' },
        ],
        fixes: [],
      },
      'flask is known to be vulnerable (high): PYSEC-2019-179',
    ],
    [
      'cargo audit',
      edit('Cargo.toml', '[dependencies]', '[dependencies]\ntime = "0.1"'),
      {
        database: { 'advisory-count': 700, 'last-commit': null, 'last-updated': null },
        lockfile: { 'dependency-count': 12 },
        settings: { target_arch: [], severity: null, ignore: [] },
        vulnerabilities: {
          found: true,
          count: 2,
          list: [
            {
              advisory: {
                id: 'RUSTSEC-2020-0071',
                package: 'time',
                title: 'Potential segfault in the time crate',
                cvss: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H',
              },
              versions: { patched: ['>=0.2.23'], unaffected: [] },
              package: { name: 'time', version: '0.1.43', source: 'registry+https://github.com/x/y' },
            },
            { advisory: { id: 'RUSTSEC-1', title: 'x' }, package: { name: 'old', version: '1.0.0' } },
          ],
        },
        warnings: {},
      },
      'time is known to be vulnerable (high): RUSTSEC-2020-0071 Potential segfault in the time crate',
    ],
  ])('reads %s, by the shape of its own answer', async (tool, change, answer, said) => {
    const { refusals, remarks } = await audit([change], JSON.stringify(answer));
    expect(refusals.map(({ reason }) => reason)).toEqual([`${said}; take a version without it`]);
    expect(remarks.at(-1)?.text).toBe(
      `${tool} looked the dependencies up: 1 known to be vulnerable were there before`,
    );
  });

  it('reads govulncheck, which prints one object after another', async () => {
    const finding = (osv: string, module: string) => ({
      finding: { osv, fixed_version: 'v0.3.7', trace: [{ module, version: 'v0.3.0' }] },
    });
    const answer = [
      { config: { protocol_version: 'v1.0.0', scanner_name: 'govulncheck', scan_level: 'module' } },
      { progress: { message: 'Fetching vulnerabilities from the database...' } },
      { osv: { id: 'GO-2021-0113', summary: 'Out-of-bounds read in golang.org/x/text/language' } },
      finding('GO-2021-0113', 'golang.org/x/text'),
      finding('GO-2021-0113', 'golang.org/x/text'),
      { osv: { id: 'GO-2023-1', details: 'of Go itself' } },
      finding('GO-2023-1', 'stdlib'),
    ];
    const change = edit(
      'go.mod',
      'module a\nrequire golang.org/x/net v0.1.0',
      'module a\nrequire golang.org/x/net v0.1.0\nrequire golang.org/x/text v0.3.0',
    );
    for (const space of [2, 0]) {
      const printed = answer.map((each) => JSON.stringify(each, null, space)).join('\n');
      const { refusals, remarks, ran } = await audit([change], `${printed}\n`);
      expect(ran[0]?.slice(0, 3)).toEqual(['env', 'GOTOOLCHAIN=local', 'govulncheck']);
      expect(refusals.map(({ reason }) => reason)).toEqual([
        'golang.org/x/text is known to be vulnerable (high): GO-2021-0113 Out-of-bounds read in golang.org/x/text/language; take a version without it',
      ]);
      expect(remarks.at(-1)?.text).toContain('1 known to be vulnerable were there before');
    }
  });

  it('reads bundler-audit, behind what it says of its update', async () => {
    const gem = (name: string, criticality: string | null, title: string) => ({
      type: 'unpatched_gem',
      gem: { name, version: '2.0.0' },
      advisory: { path: '/db/x.yml', id: 'CVE-2022-30122', url: 'https://x.example', title, criticality },
    });
    const answer = {
      version: '0.9.2',
      created_at: '2026-01-31 12:00:00 +0000',
      results: [
        { type: 'insecure_source', source: 'http://rubygems.org/' },
        gem('rack', 'high', 'Denial of service'),
        gem('old', null, 'something else'),
      ],
    };
    const change = edit('Gemfile.lock', '    old (1.0.0)', '    old (1.0.0)\n    rack (2.0.0)');
    const printed = `Updating ruby-advisory-db ...\n${JSON.stringify(answer)}\n`;
    const { refusals, remarks, ran } = await audit([change], printed);
    expect(ran.map(([program]) => program)).toEqual(['bundle-audit']);
    expect(refusals.map(({ reason }) => reason)).toEqual([
      'rack is known to be vulnerable (high): CVE-2022-30122 Denial of service; take a version without it',
    ]);
    expect(remarks.at(-1)?.text).toContain('bundler-audit looked the dependencies up: 1 known');
  });

  it('asks the next tool where one is not installed, and says what became of each', async () => {
    const change = edit('Gemfile.lock', '    old (1.0.0)', '    old (1.0.0)\n    rack (2.0.0)');
    const { ran, remarks } = await audit([change], 'sh: not found');
    expect(ran.map(([program]) => program)).toEqual(['bundle-audit', 'osv-scanner']);
    expect(remarks.map(({ text }) => text)).toEqual([
      'the dependencies of Gemfile.lock were not looked up with bundler-audit: it is not installed, or could not be read; with osv-scanner: it is not installed, or could not be read',
    ]);
  });

  it('reads pnpm', async () => {
    const answer = '{"advisories":{"1":{"module_name":"fresh","severity":"high","title":"a hole"}}}';
    const { refusals } = await audit([edit('pnpm-lock.yaml', 'a', 'b'), { ...manifest }], answer);
    expect(refusals.map(({ path }) => path)).toContain('pnpm-lock.yaml');
  });

  it('says where it knows no tool', async () => {
    const { remarks } = await audit([edit('Gemfile', 'module a', 'module a\nrequire x.org/y v1.0.0')], '');
    expect(remarks[0]?.text).toContain('no tool for it is known');
  });

  it('asks in the folder of the manifest', async () => {
    const edits = [manifest, lock].map((each) => ({ ...each, path: `web/app/${each.path}` }));
    const { ran } = await audit(edits, npm());
    expect(ran[0]?.at(-1)).toBe('./web/app');
  });

  it('ends when the run ends', async () => {
    const over = AbortSignal.abort(new Error('over'));
    const workspace = { run: () => Promise.reject(new Error('killed')) } as unknown as Workspace;
    const look = createAudit({ network: true, contents: contentsOf([manifest]) });
    await expect(look(workspace, captured(manifest), over)).rejects.toThrow('over');
  });

  it.each<[string, Edit[], string, string]>([
    [
      'composer',
      [edit('composer.json', '{}', '{"require":{"a/b":"1"}}')],
      JSON.stringify({
        advisories: { 'a/b': [{ title: 'a hole', severity: 'high' }], 'c/d': [{ title: 'old' }] },
      }),
      'a/b is known to be vulnerable (high): a hole; take a version without it',
    ],
    [
      'osv-scanner',
      [
        edit(
          'uv.lock',
          'name = "old"\nversion = "1"',
          'name = "old"\nversion = "1"\nname = "rich"\nversion = "2"',
        ),
      ],
      JSON.stringify({
        results: [
          {
            packages: [
              {
                package: { name: 'rich' },
                vulnerabilities: [
                  { id: 'X-1', summary: 'a hole', database_specific: { severity: 'CRITICAL' } },
                ],
              },
              { package: { name: 'old' }, vulnerabilities: [{ id: 'X-2' }] },
            ],
          },
        ],
      }),
      'rich is known to be vulnerable (critical): X-1 a hole; take a version without it',
    ],
  ])(
    'refuses what %s knows of what the change brings, and counts the rest',
    async (tool, edits, answer, reason) => {
      const { refusals, remarks, ran } = await audit(edits, answer);
      expect(ran[0]?.[0]).toBe(tool);
      expect(refusals.map((refusal) => refusal.reason)).toEqual([reason]);
      expect(remarks.map(({ text }) => text)).toContain(
        `${tool} looked the dependencies up: 1 known to be vulnerable were there before`,
      );
    },
  );

  it('reads that composer knows of nothing', async () => {
    const { remarks } = await audit([edit('composer.json', '{}', '{"require":{}}')], '{"advisories":[]}');
    expect(remarks.map(({ text }) => text)).toEqual([
      'composer looked the dependencies up: 0 known to be vulnerable were there before',
    ]);
  });
});

describe('what a tool printed', () => {
  const found = (name: string, severity: string, title: string) => ({ name, severity, title, names: [name] });

  it.each<[string, string, unknown[]]>([
    ['npm', '{"vulnerabilities":{"a":1}}', [found('a', 'unknown', 'see the advisory')]],
    ['pnpm', '{"advisories":{"7":null}}', [found('unknown', 'unknown', 'unknown')]],
    ['pip-audit', '{"dependencies":[1,{"name":"a","vulns":[2]}]}', [found('a', 'high', 'unknown')]],
    ['cargo audit', '{"vulnerabilities":{"list":[1]}}', [found('unknown', 'high', 'unknown unknown')]],
    ['composer', '{"advisories":{"a/b":[1]}}', [found('a/b', 'high', 'unknown')]],
    ['pnpm, which knows of nothing,', '{"advisories":{}}', []],
    [
      'osv-scanner',
      '{"results":[1,{"packages":[2,{"package":{"name":"a"},"vulnerabilities":[3]}]}]}',
      [found('a', 'high', 'unknown')],
    ],
    [
      'govulncheck',
      '{"config":{}}\n{"finding":{"osv":"GO-1","trace":[{"module":"m"}]}}\n{"finding":3}',
      [found('m', 'high', 'GO-1')],
    ],
    [
      'bundler-audit',
      '{"results":[{"type":"insecure_source"},{"type":"unpatched_gem","gem":{"name":"g"}}]}',
      [found('g', 'high', 'unknown unknown')],
    ],
  ])('is read as far as it can be where %s wrote something else than ever', (_tool, printed, expected) => {
    expect(readAudit(printed)).toEqual({ ok: true, vulnerabilities: expected });
  });

  it.each([
    '',
    'command not found',
    '{}',
    '{"advisories":[1]}',
    '{"vulnerabilities":3}',
    '{"results":{"type":"x"}}',
    '{"dependencies":{"a":1}}',
  ])('is no answer: %s', (printed) => expect(readAudit(printed)).toBeNull());

  it.each([
    ['{"error":{"code":"ENOLOCK","summary":"no lock file"}}', 'no lock file'],
    ['{"message":"registry is down"}', 'registry is down'],
  ])('may be why it did not look: %s', (printed, reason) => {
    expect(readAudit(printed)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });
});
