import type { FailureEntry } from './failure-catalogue.ts';

/** The part of the catalogue that is about GitHub, Gitea and what they answer. */
export const forgeFailures = {
  FORGE_UNREACHABLE: {
    errorType: 'transient',
    infrastructure: true,
    hint: 'The forge did not answer, or not in its own words. Check the network and `forge.baseUrl`; the ticket is taken again by itself.',
  },
  FORGE_UNAUTHORIZED: {
    errorType: 'environment',
    infrastructure: true,
    hint: 'The forge refused the token. Put a valid one into `.env` (GITHUB_TOKEN or GITEA_TOKEN); no restart is needed, and no ticket is lost.',
  },
  FORGE_NOT_FOUND: {
    errorType: 'environment',
    infrastructure: true,
    hint: 'The repository is gone, or the token may not see it. Check `forge.repository` and the scopes of the token; the ticket is taken again by itself.',
  },
  FORGE_RATE_LIMITED: {
    errorType: 'transient',
    infrastructure: true,
    hint: 'The forge asks for fewer requests. Nothing is asked until it allows it again; the ticket is taken again by itself.',
  },
  FORGE_FORBIDDEN: {
    errorType: 'environment',
    hint: 'The token lacks a permission: it needs to write contents and pull requests of this one repository. The branch is kept.',
  },
  FORGE_HEAD_MISSING: {
    errorType: 'environment',
    hint: 'The forge does not know the branch that was pushed. Check that `git.remote` and `forge.repository` are the same repository.',
  },
  FORGE_REFUSED: {
    errorType: 'environment',
    hint: 'The forge refused the request. Its own words are in the message; mend it and retry.',
  },
} satisfies Record<string, FailureEntry>;
