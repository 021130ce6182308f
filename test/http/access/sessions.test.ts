import { expect, it } from '@jest/globals';
import { openSessions } from '../../../src/http/access/sessions.ts';

function open() {
  let count = 0;
  return openSessions(() => `secret-${(count += 1)}`);
}

it('one invitation waits at a time, and opens one session', () => {
  const sessions = open();
  const invitation = sessions.invitation();
  expect(sessions.enter('guess')).toBeNull();
  const secret = sessions.enter(invitation) ?? '';
  expect([sessions.isOpen(secret), sessions.isOpen('guess'), sessions.isOpen('')]).toEqual([
    true,
    false,
    false,
  ]);
  expect(sessions.enter(invitation)).toBeNull();
  expect(sessions.invitation()).not.toBe(invitation);
});

it('of too many sessions the oldest ends', () => {
  const sessions = open();
  const secrets = Array.from({ length: 101 }, () => sessions.enter(sessions.invitation()) ?? '');
  expect(sessions.isOpen(secrets[0] ?? '')).toBe(false);
  expect(secrets.filter((secret) => sessions.isOpen(secret))).toHaveLength(100);
});
