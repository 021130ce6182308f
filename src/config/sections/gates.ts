import { findingCategories, strictnesses } from '../../domain/review.ts';
import { reviewWishes } from '../../domain/ticket.ts';
import { choice, entries, flag, form, group, list, text, whole } from './values.ts';

export const codeReview = group({
  enabled: flag().default(true).describe('Let a model review every change before it is published.'),
  model: form(/^\S+$/, 'a model id without spaces')
    .optional()
    .describe(
      'The model that reviews. When absent: another one of `ollama.availableModels` than the coder, where there is one.',
    ),
  strictness: choice(strictnesses)
    .default('medium')
    .describe('Findings that block: low = critical; medium = high too; high = medium too.'),
  blockOnCritical: flag().default(true).describe('Whether a critical finding blocks at all.'),
  onBlock: choice(['fix', 'comment', 'hold'])
    .default('fix')
    .describe(
      'What a blocking finding causes: another round of the coder, a comment, or a wait for a person.',
    ),
  byPriority: entries(text('a priority, such as high'), choice(reviewWishes))
    .default({})
    .describe(
      'In place of `onBlock` for tickets of a priority: {"high": "hold", "low": "off"}. What a ticket says itself counts first.',
    ),
  checkFor: list(choice(findingCategories), 1)
    .default([...findingCategories])
    .describe('What the reviewer looks for.'),
  maxRounds: whole(0, 10).default(2).describe('How often findings go back to the coder.'),
  requireCalibration: flag()
    .default(false)
    .describe(
      'Let only a reviewer stop a change that did well in `ticketmill review --calibrate`; the findings of any other are advice.',
    ),
});

/** Lock files are listed as they are: the guard lets them pass when their manifest changes with them. */
const lockFiles = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
  'Cargo.lock',
  'go.sum',
  'poetry.lock',
  'uv.lock',
  'pdm.lock',
  'Pipfile.lock',
  'composer.lock',
  'Gemfile.lock',
  'mix.lock',
  'pubspec.lock',
  'Podfile.lock',
  'flake.lock',
  'packages.lock.json',
  'gradle.lockfile',
];

/** Read by servers before anybody reads the change that planted them. A name without a slash counts in every folder. */
const runByServers = [
  '.github/**',
  '.git*',
  '!.gitkeep',
  '.gitea',
  '.forgejo',
  '.gitlab-ci.yml',
  '.circleci',
  '.buildkite',
  '.semaphore',
  '.teamcity',
  '.travis.yml',
  '.cirrus.y*ml',
  '.drone.yml',
  '.woodpecker*',
  '*azure-pipelines*.y*ml',
  'bitbucket-pipelines.yml',
  'appveyor.yml',
  'cloudbuild.y*ml',
  'Jenkinsfile',
  'CODEOWNERS',
  'renovate.json*',
  '.renovaterc*',
  '.mergify.yml',
  '.coderabbit.y*ml',
  '.pr_agent.toml',
  'vercel.json',
  'netlify.toml',
  '.htaccess',
  '.user.ini',
];

/** Read by the agents and editors of whoever opens the folder. */
const readByEditors = [
  '.vscode',
  '*.code-workspace',
  '.vs',
  '.idea',
  '.run',
  '.fleet',
  '.zed',
  '.devcontainer',
  '.devcontainer.json',
  '.idx',
  '.replit',
  '.vim',
  '.exrc',
  '.nvimrc',
  '.nvim.lua',
  '.lvimrc',
  '.dir-locals*.el',
  'AGENTS*.md',
  'CLAUDE*.md',
  'GEMINI*.md',
  'QWEN.md',
  '.claude',
  '.codex',
  '.cursor',
  '.cursorrules',
  '.gemini',
  '.qwen',
  '.windsurf',
  '.windsurfrules',
  '.clinerules',
  '.continue',
  '.roo',
  '.kiro',
  '.junie',
  '.amazonq',
  '.augment*',
  '.trae',
  '.opencode',
  'opencode.json*',
  '.aider*',
  '.goosehints',
  '.mcp.json',
  'mcp.json',
];

/** Started by hooks, shells, package managers and build tools, in whatever folder somebody works. */
const startedByTools = [
  '.husky*',
  '.pre-commit*.yaml',
  '*lefthook*.y*ml',
  '*lefthook*.toml',
  '*lefthook*.json',
  '.lintstagedrc*',
  'lint-staged.config.*',
  '*simple-git-hooks.*',
  '.commitlintrc*',
  'commitlint.config.*',
  '.overcommit.yml',
  '.hg',
  '.svn',
  '.env',
  '.env.*',
  '!.env.example',
  '!.env.sample',
  '!.env.template',
  '.envrc',
  '.direnv',
  'devbox.json',
  '.mise*',
  'mise*.toml',
  '.tool-versions',
  '.npmrc',
  '.yarnrc*',
  '.yarn',
  '.pnp.*',
  '*pnpmfile.*',
  'bunfig.toml',
  'binding.gyp',
  'conftest.py',
  'sitecustomize.py',
  'usercustomize.py',
  '*.pth',
  '.pypirc',
  'pip.conf',
  '.cargo',
  'rust-toolchain*',
  '.mvn',
  'mvnw*',
  'gradlew*',
  'gradle-wrapper.*',
  'nuget.config',
  'Directory.Build.*',
  '.bazelrc*',
  '.gdbinit',
  '.lldbinit',
  '.ghci',
  '.ocamlinit',
  '.irbrc',
  '.pryrc',
  '.Rprofile',
  'Makefile',
  'GNUmakefile',
  'justfile',
  '.justfile',
  'Taskfile.y*ml',
  'Vagrantfile',
  'Tiltfile',
  '.ticketmill',
];

export const guard = group({
  secrets: flag()
    .default(true)
    .describe('Refuse what looks like a secret in added lines, names of files, commits and pull requests.'),
  protectedPaths: list(text('a path or a glob, as in .gitignore'))
    .default([...runByServers, ...readByEditors, ...startedByTools, ...lockFiles])
    .describe(
      'Paths that a change may not touch, written as in .gitignore. Lock files pass with their manifest.',
    ),
  audit: flag()
    .default(true)
    .describe(
      'Ask package managers about dependencies that a change brings; needs `sandbox.network`, or their hosts among `sandbox.allowedHosts`.',
    ),
  maxDiffLines: whole(1, 1_000_000).default(2000).describe('Most added and removed lines of a change.'),
  weakenedTests: choice(['block', 'warn'])
    .default('block')
    .describe(
      'Tests that are deleted, skipped, focused or prove less, and lowered bars: refused, or told in the pull request.',
    ),
  onRefusal: choice(['fail', 'hold'])
    .default('fail')
    .describe(
      'A change that is still refused when the coder had its chance: failed, or held for a person, who may approve it. A secret always fails.',
    ),
  requireFailToPass: flag()
    .default(false)
    .describe('Refuse the change of a bug that brings no test that fails without it.'),
});
