import { isSafeRef } from '../../domain/branch.ts';
import { choice, flag, form, group, list, milliseconds, text, whole } from './values.ts';

const refForm = 'a branch name of letters, digits and . _ / -';
const branchForm = `${refForm} with {id} as its only placeholder`;
const template = text('a text that is not empty');

export const git = group({
  remote: form(/^\w[\w.-]*$/, 'the name of a git remote, such as origin')
    .default('origin')
    .describe('The remote that branches are pushed to, when the repository has it.'),
  baseBranch: text(refForm)
    .refine(isSafeRef, { error: refForm })
    .optional()
    .describe(
      "The branch that changes start from. When absent: the remote's default branch, else the current one.",
    ),
  branchNameFormat: text(branchForm)
    .refine((format) => isSafeRef(format.replaceAll('{id}', 'x')), { error: branchForm })
    .default('ticket/{id}')
    .describe("Name of a ticket's branch; the ticket's key is always appended."),
  commitMessageFormat: template
    .default('feat({id}): {title}')
    .describe('Commit message, with {id} and {title}.'),
  createPR: flag().default(true).describe('Open a pull request for a finished change.'),
  prTitle: template.default('[{id}] {title}').describe('Title of the pull request, with {id} and {title}.'),
  prBody: template
    .optional()
    .describe(
      'Text of the pull request: {id} {title} {description} {acceptanceCriteria} {model} {review} {cost}. When absent: a full report.',
    ),
  draft: flag().default(false).describe('Open pull requests as drafts.'),
  sign: flag()
    .default(false)
    .describe('Sign commits with the key of your own git configuration (user.signingkey, gpg.format).'),
  pushRetries: whole(0, 20).default(3).describe('How often a failed push is repeated.'),
  pushRetryDelay: milliseconds().default(2000).describe('Wait before the first repetition of a push, in ms.'),
  author: form(
    /^[^<>\0\n]*[^<>\0\s] <[^<>\0\s]+>$/,
    'a name and address, such as "Tick Mill <bot@example.org>"',
  )
    .optional()
    .describe('Author of commits. When absent: a fixed identity of ticketmill.'),
});

const urlForm = 'an http or https address, such as https://forge.example.org/api/v1';
const forgeForm = 'one of auto, local, github, gitea (GitLab and Bitbucket are not supported)';

export const forge = group({
  kind: choice(['auto', 'local', 'github', 'gitea'], forgeForm)
    .default('auto')
    .describe(
      'Where pull requests live. `local`: a branch and a record in `.ticketmill/`; `auto`: GitHub where the remote is there and GITHUB_TOKEN is set, Gitea where it is at `forge.baseUrl` and GITEA_TOKEN is set, else local.',
    ),
  baseUrl: text(urlForm)
    .refine((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ''), { error: urlForm })
    .optional()
    .describe("Address of the forge's API. When absent: as usual for the host of the remote."),
  repository: form(/^[\w.-]+\/[\w.-]+$/, 'owner/name')
    .optional()
    .describe('The repository on the forge, as owner/name. When absent: as the remote says.'),
  app: group({
    id: form(/^\w+$/, 'the id of a GitHub App, or its client id').describe('Id or client id of the app.'),
    installation: whole(1, Number.MAX_SAFE_INTEGER).describe('Number of its installation on the repository.'),
  })
    .optional()
    .describe(
      'Act as a GitHub App: its `id` and the number of its `installation`; its key is GITHUB_APP_PRIVATE_KEY.',
    ),
  labels: list(text('a label')).default([]).describe('Labels that every pull request gets.'),
  reviewers: list(text('a login')).default([]).describe('Who is asked to review every pull request.'),
  writeInterval: milliseconds()
    .default(1000)
    .describe('Wait between two writes to the forge, in ms; three times that between two pull requests.'),
  pollInterval: milliseconds(1000)
    .default(60_000)
    .describe('How often the forge is asked for news, in ms; a tenth as often while webhooks arrive.'),
  onClosed: choice(['failed', 'todo'])
    .default('failed')
    .describe('Where a ticket goes whose pull request a person closes without merging it.'),
  maxReworks: whole(0, 20)
    .default(3)
    .describe('How often a pull request is reworked after requested changes, failed checks and conflicts.'),
});
