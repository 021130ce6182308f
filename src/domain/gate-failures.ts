import type { FailureEntry } from './failure-catalogue.ts';

/**
 * What the guards refuse a change for. The message says what is refused and what the coder is to do; the hint, what a
 * person can do when the coder did not.
 */
export const gateFailures = {
  GUARD_CONFLICT_MARKERS: {
    errorType: 'policy',
    hint: 'A merge or an edit was left half done. Retry; where it happens again, use a stronger model or a smaller ticket.',
  },
  GUARD_PLACEHOLDER: {
    errorType: 'policy',
    hint: 'The model wrote down less than it meant. Use a stronger model or a smaller ticket.',
  },
  GUARD_PROTECTED_PATH: {
    errorType: 'policy',
    hint: 'Make that part by hand, take the path out of `guard.protectedPaths`, or let a person decide with `guard.onRefusal`.',
  },
  GUARD_RUNS_LATER: {
    errorType: 'policy',
    hint: 'Make that part by hand, or let a person decide: `guard.onRefusal` set to "hold".',
  },
  GUARD_TOO_LARGE: { errorType: 'policy', hint: 'Split the ticket, or raise `guard.maxDiffLines`.' },
  GUARD_UNSAFE_ENTRY: {
    errorType: 'policy',
    hint: 'Make that part by hand, or let a person decide: `guard.onRefusal` set to "hold".',
  },
  GUARD_SECRET: {
    errorType: 'policy',
    hint: 'Say in the ticket where the program gets that value from. Where it is no secret, make that part by hand; a real one is known to the model now and must be replaced.',
  },
  GUARD_HIDDEN_TEXT: {
    errorType: 'policy',
    hint: 'Where the text is meant to be so, make that part by hand; escapes such as `\\u200b` are always accepted.',
  },
  GUARD_WEAKENED_TEST: {
    errorType: 'policy',
    hint: 'Say in the ticket which test is wrong and why, or set `guard.weakenedTests` to "warn".',
  },
  GUARD_NO_FAILING_TEST: {
    errorType: 'policy',
    hint: 'Say in the ticket how the bug is seen, or switch `guard.requireFailToPass` off.',
  },
  GUARD_LOCK_FILE: {
    errorType: 'policy',
    hint: 'Run the package manager yourself, or have the ticket name the dependency that is to change.',
  },
  GUARD_DEPENDENCY_NAME: { errorType: 'policy', hint: 'Where it is the right package, add it by hand.' },
  GUARD_DEPENDENCY_SOURCE: {
    errorType: 'policy',
    hint: 'Where that place is meant, add the dependency by hand.',
  },
  GUARD_DEPENDENCY_AUDIT: {
    errorType: 'policy',
    hint: 'Name a version without it in the ticket, or add the dependency by hand.',
  },
  HOOK_REFUSED: {
    errorType: 'policy',
    hint: 'A command of your own in `hooks` refused the step; its words say why. Mend that, then retry the ticket.',
  },
} satisfies Record<string, FailureEntry>;
