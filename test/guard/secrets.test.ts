import { describe, expect, it } from '@jest/globals';
import { findDisguised } from '../../src/guard/disguised-tokens.ts';
import { knownSecretFinder } from '../../src/guard/known-secrets.ts';
import { lintSecrets } from '../../src/guard/lint-secrets.ts';
import { secretsRule } from '../../src/guard/secrets.ts';
import { captured } from '../support/captured.ts';
import { inspected } from '../support/inspected.ts';

const refused = (after: string, before = '') =>
  secretsRule([]).inChange(inspected(captured({ path: 'a.env', before, after })));
const letters = 'q7Rt2Yp9Lm4Xv8Kd1Wz6Bn3Hc5Jf0Gs';
const long = letters + letters + letters;
const hex = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';

/** Put together here, so that no scanner finds a secret in this file. */
const join = (...parts: string[]) => parts.join('');

const secrets: [string, string][] = [
  ['GitHub', join('ghp_', long.slice(0, 36))],
  ['GitHub', join('github_pat_', long.slice(0, 82))],
  ['GitLab', join('glpat-', letters.slice(0, 20))],
  ['AWS', join('AKIA', 'Q7RT2YP6LM4XV3KD')],
  ['Slack token', join('xoxb-', '123456789012-', letters)],
  ['Slack webhook', join('https://hooks.slack.com/services/', 'T012AB3CD/B045EF6GH/', letters.slice(0, 24))],
  ['Anthropic', join('sk-ant-', 'api03-', long.slice(0, 80))],
  ['OpenRouter', join('sk-or-v1-', hex, hex)],
  ['OpenAI', join('sk-', 'proj-', long.slice(0, 48))],
  ['Google', join('AIza', long.slice(0, 35))],
  ['Stripe', join('sk_', 'live_', letters.slice(0, 24))],
  ['Hugging Face', join('hf_', long.slice(0, 34))],
  ['npm', join('npm_', long.slice(0, 36))],
  ['PyPI', join('pypi-', 'AgE', long)],
  ['SendGrid', join('SG.', letters.slice(0, 22), '.', long.slice(0, 43))],
];

describe('a secret', () => {
  it.each(secrets)('of %s is refused and not repeated', async (name, secret) => {
    const found = await refused(`first\nTOKEN="${secret}"\n`);
    expect(found).toMatchObject([{ code: 'GUARD_SECRET', path: 'a.env', line: 2 }]);
    expect(found[0]?.reason).toContain(name);
    expect(JSON.stringify(found)).not.toContain(secret.slice(-8));
  });

  it('is told of once a line, from the top', async () => {
    const [first, , second] = secrets.map(([, secret]) => secret);
    const found = await refused(`B=${second}\nA=${first}\n\nC=${second} ${first}\n`);
    expect(found.map(({ line }) => line)).toEqual([1, 2, 4]);
  });

  it('may be moved', async () => {
    const line = `A=${secrets[0]?.[1]}`;
    expect(await refused(`x\n${line}\n`, `${line}\ny\n`)).toEqual([]);
  });

  it('may be removed', async () => {
    expect(await refused('x\n', `${secrets[0]?.[1]}\n`)).toEqual([]);
  });

  const header = join('-----BEGIN RSA ', 'PRIVATE KEY-----');
  it.each([
    ['on lines of its own', `${header}\nMIIE${long.slice(0, 60)}\n`, 1],
    ['in one string', `key = "${header}\\nMIIE${long.slice(0, 60)}"\n`, 1],
    ['that is only named', `if (text.includes('${header}')) throw new Error('no keys');\n`, 0],
  ])('that is a private key %s', async (_what, text, count) => {
    expect(await refused(text)).toHaveLength(count);
  });

  it.each([
    join('AKIA', 'IOSFODNN7EXAMPLE'),
    join('ghp_', 'x'.repeat(36)),
    'sk-your-key',
    'sk-fading-circle-loading-indicator-spinner-large',
    'integrity sha512-' + long,
    'const hf_transfer_enabled_by_default_for_everything = 1',
  ])('is not seen in %s', async (text) => {
    expect(await refused(`${text}\n`)).toEqual([]);
  });

  it('is told at its line when it is put together, encoded or reversed', async () => {
    const token = secrets[0]?.[1] ?? '';
    const lineOf = async (...lines: string[]) =>
      (await refused(`a\nb\n${lines.join('\n')}\nc\n`)).map(({ line }) => line);
    expect(await lineOf('x', `t = "${token.slice(0, 9)}" + "${token.slice(9)}"`)).toEqual([4]);
    expect(await lineOf('f("a" + "b", "c")', `t = "${token.slice(0, 4)}" + "${token.slice(4)}"`)).toEqual([
      4,
    ]);
    expect(await lineOf('x', 'y', `t = "${Buffer.from(token).toString('base64')}"`)).toEqual([5]);
    expect(await lineOf('x', `t = "${Buffer.from(token).toString('hex')}"`, 'y')).toEqual([4]);
    expect(await lineOf(`t = "${token.split('').reverse().join('')}"`, 'x', 'y')).toEqual([3]);
  });

  it('is none where what is encoded is no text', async () => {
    const bytes = Buffer.concat([
      Buffer.from([0, 255]),
      Buffer.from(secrets[0]?.[1] ?? ''),
      Buffer.from([0, 1]),
    ]);
    expect(await refused(`t = "${bytes.toString('base64')}"\n`)).toEqual([]);
  });
});

describe('a token in disguise', () => {
  const token = join('ghp_', long.slice(0, 36));
  const expectAt = (text: string, shown: string) => {
    const start = text.indexOf(shown);
    expect(findDisguised(text)).toEqual([{ start, end: start + shown.length, kind: 'a GitHub token' }]);
  };

  it('is told from where it begins to where it ends', () => {
    const pieces = `${token.slice(0, 9)}" + "${token.slice(9)}`;
    expectAt(`f("a" + "b"); t = "${pieces}"; g("c" + "d");`, pieces);
    expectAt(`t = "x=" + "${token}"`, token);
    for (const code of ['base64', 'hex'] as const) {
      const encoded = Buffer.from(token).toString(code);
      expectAt(`t = "${encoded}";`, encoded);
    }
    const reversed = token.split('').reverse().join('');
    expectAt(`t = "${reversed}";`, reversed);
  });

  it.each([
    ['before', [0], []],
    ['behind', [], [0]],
  ])('is none where what stands %s it is no text', (_where, before, behind) => {
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from(token), Buffer.from(behind)]);
    expect(findDisguised(`t = "${bytes.toString('base64')}"`)).toEqual([]);
  });
});

describe('a secret that we know', () => {
  const own = letters.slice(0, 20);
  const find = (text: string) => knownSecretFinder([own])(text);
  /** Its pieces in another order. */
  const torn = (text: string) => (text.match(/.{1,8}/g) ?? []).toReversed().join('" + "');

  it('is found where the first of its spellings begins', () => {
    const hexed = Buffer.from(own).toString('hex');
    for (const text of [`a = "x"; b = "${own}"`, `b = "${own}"; c = "${hexed}"`])
      expect(find(text)).toBe(text.indexOf(own));
    const text = `b = "${hexed}"; c = "${own}"`;
    expect(find(text)).toBe(text.indexOf(hexed));
    expect(knownSecretFinder([])(text)).toBeNull();
  });

  it('is found where the first of its pieces stands', () => {
    const reversed = own.split('').reverse().join('');
    const text = `a = "${torn(own)}"; b = "${torn(reversed)}"`;
    expect(find(text)).toBe(text.indexOf(own.slice(8, 16)));
  });

  it('counts from seven of ten of its characters on, wherever they are', () => {
    const part = (from: number, to: number) => find(`x = "${own.slice(from, to)}"`);
    expect([part(0, 14), part(6, 20)]).toEqual([5, 5]);
    expect([part(0, 13), part(7, 20)]).toEqual([null, null]);
  });

  it('is told at its line, and not repeated', async () => {
    const change = inspected(captured({ path: 'a.env', before: '', after: `a\n\nb "${own}"\nc\n` }));
    const found = await secretsRule([own]).inChange(change);
    expect(found).toMatchObject([{ code: 'GUARD_SECRET', path: 'a.env', line: 3 }]);
    expect(found[0]?.reason).toContain('a secret of this installation');
    expect(JSON.stringify(found)).not.toContain(own);
  });
});

describe('what secretlint sees', () => {
  const figma = join('figd_', long.slice(0, 43));

  it.each([
    ['a secret of figma', figma],
    ['a password in an address', join('https://bob:', letters.slice(0, 14), '@api.corp.net')],
    [
      'a password in a database address',
      join('postgres://app:', letters.slice(0, 14), '@db.corp.net:5432/a'),
    ],
  ])('is told as %s, and where it stands', async (kind, secret) => {
    expect(await lintSecrets(`x = ${secret} y`)).toEqual([{ start: 4, end: 4 + secret.length, kind }]);
    expect(await refused(`x\nat ${secret} y\n`)).toMatchObject([
      { line: 2, reason: expect.stringContaining(`looks like ${kind};`) },
    ]);
  });

  it.each([
    ['localhost', []],
    ['127.0.0.1:5432', []],
    ['db.example.org', []],
    ['mail.test', []],
    ['localhost.evil.net', [1]],
    ['127.evil.net', [1]],
    ['example.evil.net', [1]],
  ])('tells of a password for %s only where that is a server of somebody', async (host, lines) => {
    const address = join('https://bob:', letters.slice(0, 14), '@', host, '/a');
    expect((await refused(`${address}\n`)).map(({ line }) => line)).toEqual(lines);
  });

  it('is seen whatever the text says about scanning', async () => {
    expect(await lintSecrets(`// secretlint-disable\n${figma}\n`)).toHaveLength(1);
  });

  it('is no private key, of which we judge ourselves', async () => {
    const key = [
      join('-----BEGIN RSA ', 'PRIVATE KEY-----'),
      long,
      join('-----END RSA ', 'PRIVATE KEY-----'),
    ];
    expect(await lintSecrets(key.join('\n'))).toEqual([]);
  });
});
