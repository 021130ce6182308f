import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { toFailure } from '../../src/domain/failure.ts';
import { appTokens } from '../../src/forge/app-token.ts';
import type { Call, FakeForge } from '../support/fake-forge.ts';
import { startFakeForge } from '../support/fake-forge.ts';

// As GitHub gives keys: PKCS#1.
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = String(pair.privateKey.export({ type: 'pkcs1', format: 'pem' }));
const start = new Date('2026-01-02T10:00:00Z');
const minute = 60_000;

/** Requests go on by the real time. */
const notTheDate = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

let fake: FakeForge;
let given: string[];
beforeEach(async () => {
  fake = await startFakeForge();
  given = [];
  fake.trouble = (call) => (isForToken(call) ? issueToken() : undefined);
});
afterEach(async () => {
  jest.useRealTimers();
  await fake.close();
});

const isForToken = ({ method, path }: Call): boolean =>
  method === 'POST' && path === '/app/installations/42/access_tokens';

function issueToken(): { status: number; body: object } {
  given.push(`made-up-${given.length + 1}`);
  const expires_at = new Date(Date.now() + 60 * minute).toISOString();
  return {
    status: 201,
    body: { token: given.at(-1), expires_at, permissions: {}, repository_selection: 'all' },
  };
}

const tokensOf = (privateKey: string): (() => Promise<string>) =>
  appTokens({ id: '7', installation: 42, privateKey, baseUrl: fake.url });

async function refusal(privateKey = pem): Promise<{ code: string; message: string }> {
  return tokensOf(privateKey)().then(
    (token) => ({ code: 'none', message: token }),
    (error: unknown) => toFailure(error),
  );
}

/** What is shown to the forge, its signature proved with the public key of the App. */
function claims(call: Call | undefined): { iss: unknown; iat: number; exp: number } {
  const [, head = '', body = '', signature = ''] =
    /^bearer ([^.]+)\.([^.]+)\.(.+)$/i.exec(call?.token ?? '') ?? [];
  const signed = Buffer.from(`${head}.${body}`);
  const key = createPublicKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  expect(verify('sha256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as ReturnType<typeof claims>;
}

describe('a GitHub App', () => {
  it('asks for one token with a short-lived proof of its key, however many ask at once', async () => {
    const tokens = tokensOf(pem.replaceAll('\n', '\\n'));
    expect(new Set(await Promise.all([tokens(), tokens(), tokens()]))).toEqual(new Set(['made-up-1']));
    expect(fake.calls.filter(isForToken)).toHaveLength(1);
    const { iss, iat, exp } = claims(fake.calls.find(isForToken));
    expect(String(iss)).toBe('7');
    expect(exp - iat).toBeLessThanOrEqual(600);
  });

  it('uses a token until shortly before its hour is over, and then another', async () => {
    jest.useFakeTimers({ now: start, doNotFake: [...notTheDate] });
    const tokens = tokensOf(pem);
    expect(await tokens()).toBe('made-up-1');
    jest.setSystemTime(start.getTime() + 58 * minute);
    expect(await tokens()).toBe('made-up-1');
    jest.setSystemTime(start.getTime() + 59 * minute + 1000);
    expect(await tokens()).toBe('made-up-2');
    expect(claims(fake.calls.filter(isForToken)[1]).exp).toBeGreaterThan(Date.now() / 1000);
  });

  it('whose key, number or installation is refused says which it was, and never the key', async () => {
    fake.trouble = () => ({ status: 401, body: { message: 'A JSON web token could not be decoded' } });
    const refused = await refusal();
    expect(refused).toMatchObject({ code: 'FORGE_UNAUTHORIZED' });
    expect(refused.message).toMatch(/App 7 .* installation 42: A JSON web token .* GITHUB_APP_PRIVATE_KEY/);
    fake.trouble = () => ({ status: 404, body: { message: 'Not Found' } });
    expect((await refusal()).message).toMatch(/installation 42: Not Found/);
    const broken = pem
      .split('\n')
      .filter((_line, at) => at !== 3)
      .join('\n');
    for (const key of ['nothing like a key', broken]) {
      const { code, message } = await refusal(key);
      expect(code).toBe('FORGE_UNAUTHORIZED');
      expect(message).toContain('GITHUB_APP_PRIVATE_KEY');
      for (const line of key.split('\n').filter((each) => each.length > 40))
        expect(message).not.toContain(line);
    }
  });

  it('does not take an outage for a refusal, and asks again after it', async () => {
    let isDown = true;
    fake.trouble = () => (isDown ? { status: 502, body: 'bad gateway' } : issueToken());
    const tokens = tokensOf(pem);
    await expect(tokens()).rejects.toMatchObject({ code: 'FORGE_UNREACHABLE' });
    fake.trouble = () => 'lost';
    await expect(tokens()).rejects.toMatchObject({ code: 'FORGE_UNREACHABLE' });
    fake.trouble = () => (isDown ? { status: 502 } : issueToken());
    isDown = false;
    expect(await tokens()).toBe('made-up-1');
  });
});
