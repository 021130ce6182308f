import { choice, decimal, entries, flag, form, group, list, milliseconds, text, whole } from './values.ts';

export const processing = group({
  concurrency: whole(1, 10).default(1).describe('Tickets worked on at the same time.'),
  pool: pool()
    .optional()
    .describe(
      'In place of `concurrency` as many as there is work and room for: model slots, memory, load. Absent: a fixed number.',
    ),
  watchDebounce: milliseconds()
    .default(2000)
    .describe('Quiet time, in ms, after which a file written in place counts as complete.'),
  minutesPerTicket: decimal(0.1, 10_080, 'minutes')
    .default(60)
    .describe('Longest time spent on one run of a ticket.'),
  maxOpenPullRequests: whole(1, 100_000)
    .default(10)
    .describe('Pull requests that may wait for people; beyond that, new tickets stay in `todo`.'),
  quotas: group({
    repositories: quota().describe('By repository: `default` is the root, others as in `repositories`.'),
    labels: quota().describe('By label, whatever its case.'),
  })
    .prefault({})
    .describe('Tickets that may be at work at the same time, where that is less than all together.'),
  bot: form(/^\S+$/, 'a name without spaces')
    .default('@ticketmill')
    .describe('Author of comments in tickets.'),
});

function pool() {
  const poolForm = 'a `max` that is not less than `min`';
  return group({
    min: whole(1, 10).default(1).describe('Tickets worked on at the same time however little room there is.'),
    max: whole(1, 10).default(10).describe('Tickets worked on at the same time however much room there is.'),
  }).refine(({ min, max }) => min <= max, { error: poolForm });
}

function quota() {
  return entries(text('a name'), whole(1, 1000)).default({});
}

const argument = form(/^[^\0]*$/, 'a text');
const program = form(/^[^\0]+$/, 'the name of a program');
const argvForm = 'a command as a list of texts, program first, such as ["npm", "test"]';
/** A list of texts, never one line for a shell: no quoting to get wrong, nothing to inject into. */
export const argv = list(argument, 1, argvForm).refine(([first = '']) => program.safeParse(first).success, {
  error: argvForm,
});

const checkName = form(/^\w[\w.:-]*$/, 'a name of letters, digits and . : - _');

export const checks = entries(
  checkName,
  group({
    run: argv.describe('The command as a list of texts, program first. No shell takes part.'),
    timeout: milliseconds(100).default(600_000).describe('Longest time of the command, in ms.'),
  }),
);

const agentName = form(/^[a-z][\w.-]*$/, 'a name of letters, digits and . - _');

export const agents = entries(
  agentName,
  group({
    command: argv.describe(
      'The program and its arguments; {prompt} {promptFile} {cwd} {model} {baseUrl} are put in. No shell.',
    ),
    env: entries(form(/^[A-Za-z_]\w*$/, 'a name of a variable'), argument)
      .default({})
      .describe('Variables that it gets; the same words in braces are put in.'),
    promptVia: choice(['arg', 'stdin', 'file'])
      .default('stdin')
      .describe('How it gets the task: as an argument, on its standard input, or in a file.'),
    minContext: whole(0, 10_000_000, 'tokens')
      .default(0)
      .describe('Smallest context window that it can work in.'),
  }),
);

const urlForm = 'an http or https address without a login in it';
const serverForm = 'either a `command` or a `url`';

const mcpServer = group({
  command: argv
    .optional()
    .describe('The program that is the server, and its arguments; it is started in the sandbox. No shell.'),
  env: entries(form(/^[A-Za-z_]\w*$/, 'a name of a variable'), argument)
    .default({})
    .describe('Variables that it gets. It gets none of yours.'),
  url: form(/^https?:\/\/[^\s/@]+(\/[^\s@]*)?$/, urlForm)
    .optional()
    .describe('Where the server is, in place of a command.'),
  tools: list(text()).default([]).describe('Its tools that the model may call, by name; none besides.'),
  timeout: milliseconds(100).default(60_000).describe('Longest time of a call, in ms.'),
}).refine(({ command, url }) => (command === undefined) !== (url === undefined), { error: serverForm });

export const agent = group({
  kind: agentName
    .default('builtin')
    .describe('Who codes: `builtin`, a CLI that is installed (see docs/agent.md), or a name from `agents`.'),
  ownLogin: flag()
    .default(false)
    .describe('Let the CLI use your own login in place of a local model; needs `sandbox.mode` off.'),
  mode: choice(['code', 'architect', 'ask'])
    .default('code')
    .describe(
      '`architect`: a model plans before one edits; `ask`: the answer goes into the notes of the ticket.',
    ),
  planModel: form(/^\S+$/, 'a model id without spaces, such as ollama/qwen3:8b')
    .optional()
    .describe('Who plans in mode `architect`. When absent: the model that edits.'),
  protocol: choice(['auto', 'tools', 'blocks'])
    .default('auto')
    .describe('How the model edits: with tools, with text blocks, or what the model can do best.'),
  split: flag()
    .default(false)
    .describe('Let a ticket that is too large for the model be proposed in parts, for you to approve.'),
  mcp: entries(form(/^[a-z][\w-]{0,20}$/, 'a short name of letters, digits and - _'), mcpServer)
    .default({})
    .describe('Servers of the Model Context Protocol whose tools the built-in coder may use.'),
  maxSteps: whole(1, 500)
    .optional()
    .describe('Most turns of the model. When absent: 40 with tools, 12 in text.'),
});

const copyForm = 'a relative path inside the repository that is no .env file';
const copied = text(copyForm).refine(mayBeCopied, { error: copyForm });

export const worktree = group({
  directory: form(/^[^\0]+$/, 'a path of a folder')
    .optional()
    .describe("Where worktrees are made, outside the repository. When absent: the user's state directory."),
  dependencies: choice(['auto', 'none'])
    .default('auto')
    .describe(
      '`auto`: use the installed dependencies of the checkout while the lock files are equal, else install.',
    ),
  setup: list(argv).default([]).describe('Commands run in every new worktree, each a list of texts.'),
  copy: list(copied)
    .default([])
    .describe('Ignored files and folders to bring along. `.env` files never are.'),
  warm: whole(0, 20)
    .default(0)
    .describe('How many worktrees lie ready in each repository, set up before a ticket wants one.'),
  keepFailed: flag().default(true).describe('Keep the worktree of a failed ticket for a look.'),
});

function mayBeCopied(path: string): boolean {
  const segments = path.split(/[/\\]/);
  return (
    !/^([/\\~]|[a-z]:)/i.test(path) &&
    !segments.includes('..') &&
    !segments.some((name) => /^\.env(\.|$)/.test(name))
  );
}
