import type { FailureEntry } from './failure-catalogue.ts';

/** What the guards refuse a change for. */
export const gateFailures = {
  GUARD_CONFLICT_MARKERS: { errorType: 'policy', hint: 'The change holds merge conflict markers.' },
  GUARD_PLACEHOLDER: {
    errorType: 'policy',
    hint: 'The change replaces code by a placeholder such as "rest of code". Use a stronger model or a smaller ticket.',
  },
  GUARD_PROTECTED_PATH: {
    errorType: 'policy',
    hint: 'The change touches a protected path. Make that part by hand, or change `guard.protectedPaths`.',
  },
  GUARD_RUNS_LATER: {
    errorType: 'policy',
    hint: 'The change adds a script that package managers or git start by themselves. Make that part by hand.',
  },
  GUARD_TOO_LARGE: {
    errorType: 'policy',
    hint: 'The change is larger than `guard.maxDiffLines`. Split the ticket or raise the limit.',
  },
  GUARD_UNSAFE_ENTRY: {
    errorType: 'policy',
    hint: 'The change adds a link, a submodule, an executable or a path that could act outside the repository.',
  },
  GUARD_SECRET: { errorType: 'policy', hint: 'The change holds what looks like a secret. Remove it.' },
  GUARD_HIDDEN_TEXT: {
    errorType: 'policy',
    hint: 'The change holds characters that nobody sees, so that it reads otherwise than it runs. Take them out.',
  },
  GUARD_WEAKENED_TEST: {
    errorType: 'policy',
    hint: 'Tests or checks prove less after the change. Say in the ticket what is right, or set `guard.weakenedTests`.',
  },
  GUARD_NO_FAILING_TEST: {
    errorType: 'policy',
    hint: 'No test failed before the change and passes after it. Say how to see the bug, or set `guard.requireFailToPass`.',
  },
  GUARD_LOCK_FILE: {
    errorType: 'policy',
    hint: 'A lock file changed otherwise than by its package manager. Change the manifest, or make that part by hand.',
  },
  GUARD_DEPENDENCY_NAME: {
    errorType: 'policy',
    hint: 'A new dependency is named like a popular package. If it is the right one, add it by hand.',
  },
  GUARD_DEPENDENCY_SOURCE: {
    errorType: 'policy',
    hint: 'A dependency comes from elsewhere than the registry. If that is meant, add it by hand.',
  },
  GUARD_DEPENDENCY_AUDIT: {
    errorType: 'policy',
    hint: 'A dependency that the change brings has a known vulnerability. Take another version, or add it by hand.',
  },
} satisfies Record<string, FailureEntry>;
