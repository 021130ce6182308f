import { afterAll, beforeAll } from '@jest/globals';
import type { Change } from '../../src/domain/change.ts';
import type { OpenedRepository } from '../../src/workspace/repository.ts';
import { temporaryDirectories } from './directory.ts';
import type { TestRepository } from './git-repository.ts';
import { makeRepository } from './git-repository.ts';
import { openTestRepository } from './open-test-repository.ts';
import type { TestStory, TestStoryOptions } from './story.ts';
import { openTestStory } from './story.ts';
import { preparedChange } from './workshop.ts';

export type StoryPlace = {
  /** A story of its own, or, with a root that was used before, its next life. */
  open: (options?: TestStoryOptions, root?: string) => Promise<TestStory>;
  /** A change that could be made in the repository. */
  change: () => Change;
  repository: () => TestRepository;
  directory: () => string;
};

/** One repository for all tests of a file; call it once in it. Tickets of different tests need different ids. */
export function storyPlace(remote: 'bare' | 'none' = 'none'): StoryPlace {
  const directory = temporaryDirectories();
  let place: { repository: TestRepository; opened: OpenedRepository; change: Change } | null = null;
  beforeAll(async () => {
    const repository = await makeRepository({ remote });
    const opened = await openTestRepository(repository);
    place = { repository, opened, change: await preparedChange(repository) };
  });
  afterAll(() => place?.repository.remove());
  const get = () => {
    if (place === null) throw new Error('the repository is made before the first test');
    return place;
  };
  return {
    open: (options = {}, root = directory()) => openTestStory(root, get().opened, options),
    change: () => get().change,
    repository: () => get().repository,
    directory,
  };
}
