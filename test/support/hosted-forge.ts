import { openForgeApi } from '../../src/forge/forge-api.ts';
import type { ForgeApi } from '../../src/forge/forge-api.ts';
import { giteaDialect } from '../../src/forge/gitea.ts';
import { githubDialect } from '../../src/forge/github.ts';
import { openHostedForge } from '../../src/forge/hosted-forge.ts';
import type { PullRequestDraft } from '../../src/domain/forge.ts';
import type { Forge } from '../../src/ports.ts';
import { manualClock } from './clock.ts';
import type { ManualClock } from './clock.ts';
import type { FakeForge } from './fake-forge.ts';

export type Kind = 'github' | 'gitea';

const place = { owner: 'acme', repo: 'greeter' };

export type HostedForgeUnderTest = {
  forge: Forge;
  api: ForgeApi;
  clock: ManualClock;
  warnings: string[];
  /** What was waited for between repetitions, in milliseconds. */
  waited: number[];
  token: { value: string | null };
};

/** A forge that waits for nothing, over a fake one. */
export function hostedForge(
  fake: FakeForge,
  kind: Kind,
  wishes: { labels?: string[]; reviewers?: string[]; timeoutMs?: number } = {},
): HostedForgeUnderTest {
  const clock = manualClock();
  const warnings: string[] = [];
  const waited: number[] = [];
  const token = { value: 'first' as string | null };
  const api = openForgeApi({
    baseUrl: kind === 'github' ? fake.url : `${fake.url}/api/v1`,
    token: () => Promise.resolve(token.value),
    writeIntervalMs: 0,
    clock,
    random: () => 0,
    timeoutMs: wishes.timeoutMs ?? 15_000,
  });
  const forge = openHostedForge({
    api,
    place,
    dialect: (kind === 'github' ? githubDialect : giteaDialect)(api, place),
    labels: wishes.labels ?? [],
    reviewers: wishes.reviewers ?? [],
    warn: (message) => void warnings.push(message),
    clock: { wait: (ms) => Promise.resolve(void waited.push(ms)) },
    random: () => 0,
  });
  return { forge, api, clock, warnings, waited, token };
}

export function draftOf(branch: string, changes: Partial<PullRequestDraft> = {}): PullRequestDraft {
  return {
    branch,
    base: 'main',
    head: 'a'.repeat(40),
    title: `Title of ${branch}`,
    body: 'Made by ticketmill.',
    draft: false,
    findings: [{ severity: 'LOW', category: 'style', file: 'a.ts', line: 3, message: 'Say more.' }],
    summary: 'checked and reviewed: 1 finding',
    ...changes,
  };
}
