import { join } from 'node:path';
import {
  openRepository,
  type OpenedRepository,
  type RepositoryOptions,
} from '../../src/workspace/repository.ts';
import type { TestRepository } from './git-repository.ts';

/** Our view of a test repository, with its state in the test's own directory. */
export function openTestRepository(
  repository: TestRepository,
  options: Partial<RepositoryOptions> = {},
): Promise<OpenedRepository> {
  return openRepository(repository.root, {
    path: process.env['PATH'] ?? '/usr/bin:/bin',
    stateDirectory: join(repository.home, 'state'),
    remote: 'origin',
    baseBranch: null,
    author: { name: 'ticketmill', email: 'ticketmill@localhost' },
    pushRetries: 0,
    pushRetryDelay: 1,
    remoteEnv: {},
    token: () => Promise.resolve(null),
    now: () => new Date('2026-01-02T03:04:05Z'),
    ...options,
  });
}
