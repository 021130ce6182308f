/** In which state the ticket is that a command speaks of. */
export type Standing = 'todo' | 'review' | 'held' | 'failed';

/** `only looks`: in review, and left there, so that one ticket is enough for all of them. */
export type Wanted = Standing | 'only looks';

/** How a command of the pages is typed here. */
export type Rule = { of: RegExp } & (
  | { notHere: string }
  | {
      /** A new repository, the one that was set up, the same with a daemon at work or with Redis, or a copy of the sources. */
      at?: 'new' | 'daemon' | 'redis' | 'sources';
      ticket?: Wanted;
      files?: Record<string, string>;
      /** What stands before it on the line. */
      after?: string;
      replace?: [RegExp, string];
      /** It goes on until it is interrupted, which is done once it says this. */
      until?: RegExp;
      /** On a terminal, with these keys, each once nothing more is drawn. */
      keys?: string[];
      shell?: 'zsh';
      stdin?: string;
      /** What it may end with besides 0. */
      exits?: number[];
    }
);

const ticket = '# Greet the moon\n\nSay hello to the moon.\n';
const reply = '```diff\n--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1 @@\n+hello\n```\n';
const rows = { 'tickets.json': '[{"title":"One"},{"title":"Two"}]', 'tickets.jsonl': '{"title":"Three"}\n' };
const event = '{"time":"2026-01-02T10:00:00Z","taskId":"task-1","url":"https://forge.example.org/1"}';
const slow = 'takes long or writes over the sources; it is run by itself';

/** The first that fits counts; `ticketmill` stands for every way of calling it. */
export const rules: readonly Rule[] = [
  // What this machine is not, and what must not be done to it.
  {
    of: /^docker |^export TICKETMILL_(?:REPOSITORY|USER|API_TOKEN)/,
    notHere: 'needs a Docker daemon and images of registries',
  },
  { of: /^(?:systemctl|journalctl|loginctl|launchctl|pm2) /, notHere: 'changes the services of the machine' },
  { of: /^ollama /, notHere: 'needs Ollama itself; a server that speaks as it does takes its place here' },
  { of: /^npm (?:ci|link|install)\b/, notHere: 'installs packages; `npm run test:package` does it' },
  { of: /^git commit (?:-a|-am|FILE|--no-verify)$/, notHere: 'is named there, not to be typed' },
  {
    of: /ticketmill review --base "\$BASE"/,
    notHere: 'is a step of a workflow; its parts are typed one by one',
  },
  { of: /ticketmill --root DIR ARGS$/, notHere: 'stands for any command' },
  { of: /^npm run test:(?:adapters|trials)/, notHere: 'needs coding programs of others, and real models' },
  {
    of: /^npm (?:run )?test$|^npm run (?:test:|check$|bench|build$|format$)|^bash \.ci\/run|^npm test -- test\/journal --coverage|^node test\/\S+\.ts/,
    notHere: slow,
  },

  // In the sources.
  { of: /^git clone \. /, notHere: slow },
  { of: /^git clone ADDRESS/, at: 'new', replace: [/ADDRESS/, '"$CHECKOUT"'] },
  {
    of: /^npm (?:run (?:demo|knip|docs:api|schema|layers)\b|test -- test\/domain\/review\.test\.ts)/,
    at: 'sources',
  },
  { of: /^ticketmill --help$/, at: 'sources' },

  // On a terminal.
  { of: /^ticketmill init$/, at: 'new', keys: ['\r', '\r', '\r', '\r', '\r'] },
  { of: /^ticketmill add$/, keys: ['Greet the sun', '\r', '\r', '\r', '\r', '\r', '\r'] },
  { of: /^ticketmill status --watch$/, keys: ['q'] },

  // Before there is anything, in the order of the README.
  { of: /^ticketmill init --yes --root \.\.\/project$/, at: 'new', after: 'git init -q ../project' },
  { of: /^ticketmill init/, at: 'new' },
  { of: /^git (?:add|commit -m)/, at: 'new', after: 'ticketmill init --yes >&2 && git add .' },
  { of: /^git add \. && git commit/, at: 'new', after: 'ticketmill init --yes >&2' },

  // What goes on until it is stopped.
  { of: /^ticketmill start$/, until: /listening on/ },
  { of: /^ticketmill worker/, at: 'redis', until: /waits for changes/, replace: [/\/srv\/mill/, '.'] },

  // What a daemon is told.
  { of: /^ticketmill (?:stop|pause|resume)$/, at: 'daemon' },
  { of: /^curl /, at: 'daemon', replace: [/^curl/, 'curl -fsS'] },

  // What is about a ticket in a certain state.
  { of: /^ticketmill cancel/, ticket: 'todo' },
  { of: /^ticketmill approve/, ticket: 'held' },
  // What a person cancelled is brought back by force alone.
  { of: /^ticketmill retry-failed --task-id/, ticket: 'failed', exits: [1] },
  { of: /^ticketmill (?:merge|reject)/, ticket: 'review' },
  { of: /^ticketmill (?:show|explain|replay|audit)/, ticket: 'only looks' },

  // What reads files.
  { of: /^ticketmill (?:run|lint) backlog\/todo\/login\.md$/, files: { 'backlog/todo/login.md': ticket } },
  { of: /^ticketmill lint FILE$/, files: { 'login.md': ticket }, replace: [/FILE/, 'login.md'] },
  { of: /^ticketmill lint --json docs\/tickets$/, files: { 'docs/tickets/a.md': ticket } },
  { of: /^ticketmill run ~\/ideas/, files: { '../ideas/dark-mode.md': ticket } },
  { of: /^ticketmill add --from-json/, files: rows },
  {
    of: /^ticketmill add --from-issue/,
    replace: [/OWNER\/REPO#12|acme\/greeter#12/, 'acme/greeter#12 --config hosted.json'],
    after: 'export GITHUB_TOKEN=made-up',
  },
  { of: /^ticketmill apply/, files: { 'reply.md': reply }, after: 'rm -f a.txt && mkdir -p ../project' },
  {
    of: /^ticketmill review(?: |$)/,
    files: { 'greet.js': "export const greet = () => 'Hi!';\n" },
    after: 'git add greet.js',
  },
  { of: /^ticketmill completion zsh/, shell: 'zsh', after: 'mkdir -p ~/functions; fpath=(~/functions)' },
  { of: /^ticketmill completion bash/, after: 'mkdir -p ~/.local/share/bash-completion/completions' },
  { of: /^ticketmill completion fish/, after: 'mkdir -p ~/.config/fish/completions' },
  { of: /^ticketmill service$/, replace: [/$/, ' --help'] },
  { of: /^ticketmill service (?:status|uninstall)/, after: 'ticketmill service install >&2' },
  // The prepared model answers for tickets alone, so it passes no probe, which ends with 1, and it would get no ticket afterwards.
  { of: /^ticketmill models probe/, at: 'new', after: 'ticketmill init --yes >&2', exits: [1] },
  { of: /^grep .* logs/, after: 'mkdir -p logs; touch logs/a.log', exits: [1] },

  // Scripts of the pages.
  {
    of: /^#!.*\ncp -R generated|^#!.*\nset -eu\ncp/,
    after: 'mkdir -p generated ../tree; export TICKETMILL_WORKTREE=../tree',
  },
  { of: /date \+%u/, exits: [1] },
  { of: /^#![^]*jq /, stdin: event },
  { of: /^#![^]*ticketmill review --staged/ },

  // All others want a repository that was set up.
  { of: /^ticketmill |^git (?:status|fsck|gc|log)|^node (?:-e 0|--version)$/ },
];
