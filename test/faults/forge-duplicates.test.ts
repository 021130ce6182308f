import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startFakeForge } from '../support/fake-forge.ts';
import type { FakeForge } from '../support/fake-forge.ts';
import { draftOf, hostedForge } from '../support/hosted-forge.ts';

let fake: FakeForge;
beforeAll(async () => {
  fake = await startFakeForge();
});
afterAll(() => fake.close());

const tickets = 300;

it('F74: many tickets with one answer in a hundred lost leave two of nothing', async () => {
  let calls = 0;
  let lost = 0;
  fake.trouble = () => {
    calls += 1;
    if (calls % 97 !== 0) return undefined;
    lost += 1;
    return 'lost';
  };
  const { forge } = hostedForge(fake, 'github', { labels: ['mill'] });
  for (let number = 0; number < tickets; number += 1)
    await forge.open(draftOf(`ticket/${number}`, { head: number.toString(16).padStart(40, '0') }));
  expect(lost).toBeGreaterThan(15);
  expect(new Set(fake.pulls.map(({ head }) => head.ref)).size).toBe(tickets);
  expect([fake.pulls.length, fake.comments.length]).toEqual([tickets, tickets]);
  expect([...fake.statuses.values()].filter(({ length }) => length !== 1)).toEqual([]);
}, 600_000);
