import { forge } from './git.ts';
import { checks } from './work.ts';
import { entries, form, group, text } from './values.ts';
import { isSafeRef } from '../../domain/branch.ts';

const repositoryName = form(
  /^(?!default$)[a-z][a-z0-9-]*$/,
  'a name of small letters, digits and dashes that is not "default", which is the root',
);
const placeForm = 'either a `path` or a `url`';
const urlForm =
  'an address of git without a login in it: https://HOST/OWNER/NAME, ssh://git@HOST/OWNER/NAME, git@HOST:OWNER/NAME or file:///PATH';
const refForm = 'a branch name of letters, digits and . _ / -';
const { kind, baseUrl, repository, labels, reviewers } = forge.shape;

/** What is absent is as it is for the root, but for its own names: branch, checks, and the name on the forge. */
export const repositories = entries(
  repositoryName,
  group({
    path: form(/^[^\0]+$/, 'a path of a folder')
      .optional()
      .describe('A checkout on this machine, relative to the root. Nothing of it is written but branches.'),
    url: form(
      /^(?:https:\/\/[^\s"\\@]+|file:\/\/\/[^\s"\\]+|ssh:\/\/(?:[\w.-]+@)?[\w.-][^\s"\\@]*|[\w.-]+@[\w.-]+:[^\s"\\]+)$/,
      urlForm,
    )
      .optional()
      .describe('Where it is fetched from, into a copy in `.ticketmill/repositories/`.'),
    baseBranch: text(refForm)
      .refine(isSafeRef, { error: refForm })
      .optional()
      .describe("The branch that changes start from. When absent: the remote's default branch."),
    checks: checks
      .optional()
      .describe('Commands that verify a change there. When absent they are found; {} means none.'),
    forge: group({
      kind: kind.unwrap().optional().describe('Where its pull requests live. When absent: as for the root.'),
      baseUrl,
      repository,
      labels: labels.unwrap().optional().describe('Labels that its pull requests get.'),
      reviewers: reviewers.unwrap().optional().describe('Who is asked to review them.'),
    })
      .default({})
      .describe('Its forge, where that differs from the one of the root.'),
  }).refine(({ path, url }) => (path === undefined) !== (url === undefined), { error: placeForm }),
);
