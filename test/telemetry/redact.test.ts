import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import { createRedactor, isSecretName, redacted } from '../../src/telemetry/redact.ts';

const canary = 'cAnArY/+?&"\\ü1234567890';
const redactCanary = createRedactor([canary]);

describe('exact secrets', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const json = (value: unknown) => JSON.stringify(value);

  it.each<[string, string]>([
    ['as it is', canary],
    ['in JSON', json({ token: canary })],
    ['in JSON in JSON', json(json({ token: canary }))],
    ['percent-encoded', encodeURIComponent(canary)],
    [
      'percent-encoded in lower case',
      encodeURIComponent(canary).replace(/%../g, (code) => code.toLowerCase()),
    ],
    ['as a form field', new URLSearchParams({ token: canary }).toString()],
    ['in hex', Buffer.from(canary).toString('hex')],
    ['in base64', base64(canary)],
    ['in base64 after one character', base64(`x${canary}`)],
    ['in base64 after two', base64(`xy${canary}z`)],
    ['in base64 in the middle', base64(`x-access-token:${canary}:tail`)],
    ['in url-safe base64', Buffer.from(`user:${canary}`).toString('base64url')],
  ])('are replaced %s', (_name, text) => {
    const safe = redactCanary(`before ${text} after`);
    expect(safe).toMatch(/^before .*\[redacted\].* after$/);
    expect(safe).not.toContain('cAnArY');
    expect(decodings(safe).some((decoded) => decoded.includes('AnArY'))).toBe(false);
  });

  it('are replaced wherever they stand, in every spelling', () => {
    fc.assert(
      fc.property(
        fc
          .string({ unit: 'grapheme', minLength: 8, maxLength: 40 })
          .filter((secret) => secret.trim() === secret),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          const redact = createRedactor([secret]);
          const whole = before + secret + after;
          expect(redact(whole).split(redacted).join('')).not.toContain(secret);
          const encoded = Buffer.from(whole).toString('base64');
          expect(redact(encoded)).toContain(redacted);
          expect(redact(JSON.stringify(whole))).toContain(redacted);
          expect(redact(encodeURIComponent(whole.toWellFormed()))).toContain(redacted);
        },
      ),
    );
  });

  it('are replaced line by line when they have several', () => {
    expect(createRedactor(['first-secret-line\nsecond-secret-line'])('x second-secret-line y')).toBe(
      `x ${redacted} y`,
    );
  });

  it('leave words alone when they are too short to be secrets', () => {
    expect(createRedactor(['', 'test'])('run the test')).toBe('run the test');
  });

  it('are replaced whole when one begins another', () => {
    expect(createRedactor(['abcdef', 'abcdefghij'])('abcdefghij')).toBe(redacted);
  });
});

describe('shapes of secrets', () => {
  const redact = createRedactor([]);
  const letters = 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8';

  it.each([
    `ghp_${letters}`,
    `gho_${letters}`,
    `ghs_${letters}`,
    `github_pat_11${letters}_${letters}`,
    `glpat-${letters}`,
    `sk-${letters}`,
    `sk-ant-api03-${letters}`,
    `sk-proj-${letters}`,
    `hf_${letters}`,
    `xoxb-123456789012-${letters}`,
    `AIza${letters.slice(0, 35)}`,
    'AKIAIOSFODNN7EXAMPLE',
    `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${letters}`,
  ])('%s', (secret) => {
    expect(redact(`see ${secret}, please`)).toBe(`see ${redacted}, please`);
    expect(redact(`{"a":"${secret}"}`)).toBe(`{"a":"${redacted}"}`);
  });

  it('private keys, also when the end is missing', () => {
    const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\ndef\n-----END OPENSSH PRIVATE KEY-----';
    expect(redact(`a ${key} b`)).toBe(`a ${redacted} b`);
    expect(redact(`a ${key.slice(0, 60)}`)).toBe(`a ${redacted}`);
  });

  it.each([
    ['https://user:pass@host/x', `https://${redacted}@host/x`],
    ['https://token@host/x', `https://${redacted}@host/x`],
    ['https%3A%2F%2Fuser:pass@host', `https%3A%2F%2F${redacted}@host`],
    ['ssh://git@github.com/a/b', 'ssh://git@github.com/a/b'],
    ['git@github.com:a/b', 'git@github.com:a/b'],
    ['http://127.0.0.1:11434/api/chat', 'http://127.0.0.1:11434/api/chat'],
    ['Authorization: Bearer abcdefgh12', `Authorization: Bearer ${redacted}`],
    ['Authorization: Basic dXNlcjpwYXNzd29yZDE=', `Authorization: Basic ${redacted}`],
    ['Bearer%20eyJhbGciOiJI.eyJzdWIiOiIx', `Bearer%20${redacted}`],
  ])('%s', (text, expected) => expect(redact(text)).toBe(expected));

  it.each([
    'ticket/task-implement-the-whole-thing-today',
    'a basic sketch',
    'the bearer of news',
    'eyJust',
    'mask-a',
  ])('ordinary words stay: %s', (text) => expect(redact(text)).toBe(text));

  it('takes linear time on text made to be slow', () => {
    const size = 200_000;
    for (const piece of [
      'eyJ',
      'eyJaaaaaaaa.',
      '-----BEGIN A PRIVATE KEY-----',
      '://a',
      'bearer  ',
      'sk-',
      '%20eyJ',
    ]) {
      expect(redact(piece.repeat(size / piece.length)).length).toBeGreaterThan(0);
    }
  });
});

it.each([
  ['authorization', true],
  ['Set-Cookie', true],
  ['apiKey', true],
  ['x-api-key', true],
  ['webhookSecret', true],
  ['access_token', true],
  ['password', true],
  ['inputTokens', false],
  ['tokens', false],
  ['key', false],
  ['author', false],
])('the field name %s is secret: %s', (name, secret) => expect(isSecretName(name)).toBe(secret));

/** Every way a reader could try to get a secret back out of a redacted text. */
function decodings(text: string): string[] {
  return text
    .split(/\s/)
    .flatMap((word) => [
      Buffer.from(word, 'base64').toString('latin1'),
      Buffer.from(word, 'hex').toString('latin1'),
    ]);
}
