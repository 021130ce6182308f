import { realpathSync } from 'node:fs';
import { ticketStates } from '../domain/ticket.ts';
import type { Fault } from './config-error.ts';
import type { Environment } from './environment.ts';
import { faultAt } from './fault-at.ts';
import type { Context } from './fault-at.ts';
import { isLinkLocal } from './link-local.ts';
import { isWithin, resolvePaths } from './paths.ts';
import type { Paths } from './paths.ts';
import { isWellKnown, keyOf, listProviders } from './providers.ts';
import type { Config } from './schema.ts';
import type { Secrets } from './secrets.ts';
import { hasPath } from './tree.ts';
import type { Path } from './tree.ts';

type Checked = { faults: Fault[]; warnings: string[] };
type Case = { config: Config; paths: Paths; secrets: Secrets; context: Context };

/** The rules that concern more than one key, or a key and what is around it: the root, the secrets that are set. */
export function checkRules(
  config: Config,
  place: { root: string; env: Environment; secrets: Secrets },
  context: Context,
): Checked {
  const { root, env, secrets } = place;
  const one: Case = { config, paths: resolvePaths(config, root, env), secrets, context };
  return {
    faults: [
      ...foldersAreApart(one),
      ...foldersAreNotTheRoot(one),
      ...addressesAreOfOthers(one),
      ...worktreesAreOutside(one),
      ...providersHaveAddresses(one),
      ...filesHaveNoServer(one),
      ...webhookIsGuarded(one),
    ],
    warnings: [
      ...stateIsOutside(one),
      ...delaysAreOrdered(one),
      ...secretsAreSet(one),
      ...keysTravelHidden(one),
      ...hostsAreBehindWalls(one),
    ],
  };
}

/** Whoever guesses the secret gives orders. */
function webhookIsGuarded({ config, secrets }: Case): Fault[] {
  if (!config.webhook.enabled) return [];
  const names = ['GITHUB_WEBHOOK_SECRET', 'GITHUB_WEBHOOK_SECRET_PREVIOUS'] as const;
  return names.flatMap((path) => {
    const secret = secrets[path];
    if (secret === undefined || (secret.length >= 16 && new Set(secret).size >= 6)) return [];
    const found = `${secret.length} characters, ${new Set(secret).size} of them different`;
    const expected = 'at least 16 characters that nobody can guess';
    const advice = 'take the output of `openssl rand -hex 32`, here and in the settings of the webhook';
    return [{ path, place: 'environment or .env', found, expected, advice }];
  });
}

/** The folder is the state of a ticket, so two states can't share one. */
function foldersAreApart({ config, paths, context }: Case): Fault[] {
  return ticketStates.flatMap((state, index) => {
    const twin = ticketStates.slice(0, index).find((other) => paths.folders[other] === paths.folders[state]);
    if (twin === undefined) return [];
    const expected = `a folder of its own (\`folders.${twin}\` is the same)`;
    return [faultAt(['folders', state], { found: config.folders[state], expected }, context)];
  });
}

/** Otherwise the README would be taken for a ticket. */
function foldersAreNotTheRoot({ config, paths, context }: Case): Fault[] {
  return ticketStates
    .filter((state) => isWithin(paths.folders[state], paths.root))
    .map((state) => {
      const expected = 'a folder that does not hold the root itself';
      return faultAt(['folders', state], { found: config.folders[state], expected }, context);
    });
}

/** What answers at a link-local address is the machine's own network, with credentials for whoever asks. */
function addressesAreOfOthers({ config, context }: Case): Fault[] {
  const { ollama, providers, notifications, telemetry } = config;
  const addresses: [path: Path, address: string | undefined][] = [
    ...ollama.hosts.map((host, i): [Path, string] => [['ollama', 'hosts', i], host]),
    ...Object.entries(providers).map(([name, { baseUrl }]): [Path, string | undefined] => [
      ['providers', name, 'baseUrl'],
      baseUrl,
    ]),
    [['notifications', 'webhook', 'url'], notifications.webhook?.url],
    [['telemetry', 'otlpEndpoint'], telemetry.otlpEndpoint],
  ];
  const expected = 'an address that is not link-local and no place of machine credentials';
  return addresses
    .filter(([, address]) => address !== undefined && isLinkLocal(address))
    .map(([path, found]) => faultAt(path, { found, expected }, context));
}

/** Inside the checkout, a worktree would find the user's own node_modules and settings by looking upward. */
function worktreesAreOutside({ config, paths, context }: Case): Fault[] {
  const { directory } = config.worktree;
  if (directory === undefined || !liesInRoot(paths)) return [];
  const expected = `a folder outside of the root ${paths.root}`;
  return [faultAt(['worktree', 'directory'], { found: directory, expected }, context)];
}

function stateIsOutside({ config, paths }: Case): string[] {
  if (config.worktree.directory !== undefined || !liesInRoot(paths)) return [];
  return [
    `Worktrees lie inside the root, in ${paths.worktrees}, because the home folder does. ` +
      'Set `worktree.directory` to a folder outside of it.',
  ];
}

function delaysAreOrdered({ config: { ollama } }: Case): string[] {
  if (ollama.retryDelay <= ollama.maxRetryDelay) return [];
  return [
    `\`ollama.retryDelay\` (${ollama.retryDelay}) is cut to \`ollama.maxRetryDelay\` (${ollama.maxRetryDelay}); raise that one too.`,
  ];
}

function secretsAreSet({ config: { notifications }, secrets }: Case): string[] {
  const missing: string[] = [];
  const needs = (name: keyof Secrets, key: string, means: string): void => {
    if (secrets[name] === undefined)
      missing.push(`\`${key}\` needs ${name} in the environment or .env; without it ${means}.`);
  };
  if (notifications.slack !== undefined)
    needs('SLACK_WEBHOOK_URL', 'notifications.slack', 'nothing is sent to Slack');
  if (notifications.email?.user !== undefined)
    needs('SMTP_PASSWORD', 'notifications.email.user', 'the login has an empty password');
  if (notifications.webhook !== undefined)
    needs('NOTIFICATION_WEBHOOK_SECRET', 'notifications.webhook', 'receivers cannot know who sent it');
  return missing;
}

/** Only the well-known ones are where everybody knows. */
function providersHaveAddresses({ config, context }: Case): Fault[] {
  return Object.entries(config.providers)
    .filter(
      ([name, { files }]) =>
        files === undefined && !isWellKnown(name) && !isWritten(['providers', name, 'baseUrl'], context),
    )
    .map(([name]) => {
      const expected = 'the address of a server that speaks as OpenAI does, such as http://127.0.0.1:8000/v1';
      return faultAt(['providers', name, 'baseUrl'], { found: undefined, expected }, context);
    });
}

/** A provider is a server or files of this machine. */
function filesHaveNoServer({ config, context }: Case): Fault[] {
  return Object.entries(config.providers).flatMap(
    ([name, { files, module, parallel, baseUrl, apiKeyEnv }]) => {
      const at = (key: string, found: unknown, expected: string): Fault =>
        faultAt(['providers', name, key], { found, expected }, context);
      if (files === undefined) {
        const expected = 'to stand beside `files`, which it is about';
        return [
          ...(module === undefined ? [] : [at('module', module, expected)]),
          ...(parallel === undefined ? [] : [at('parallel', parallel, expected)]),
        ];
      }
      const isServer = isWellKnown(name) || baseUrl !== undefined || apiKeyEnv !== undefined;
      return isServer
        ? [at('files', files, 'a provider of its own name, without `baseUrl` and `apiKeyEnv`')]
        : [];
    },
  );
}

/** A value that is wrong in itself is told of already. */
function isWritten(path: string[], { layers }: Context): boolean {
  return layers.some(({ values }) => hasPath(values, path));
}

function keysTravelHidden({ config, secrets }: Case): string[] {
  return listProviders(config)
    .filter((provider) => keyOf(provider, secrets) !== null && isOpenlyFar(provider.url))
    .map(
      ({ name, url }) => `The key of \`providers.${name}\` would travel unencrypted to ${url}; use https.`,
    );
}

function hostsAreBehindWalls({ config: { sandbox } }: Case): string[] {
  const opening = sandbox.mode === 'off' ? '`sandbox.mode` is off' : '`sandbox.network` is on';
  if (sandbox.allowedHosts.length === 0 || (sandbox.mode !== 'off' && !sandbox.network)) return [];
  return [`\`sandbox.allowedHosts\` has no effect: ${opening}, so every host can be reached.`];
}

function isOpenlyFar(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

function liesInRoot({ root, worktrees }: Paths): boolean {
  return isWithin(root, worktrees) || isWithin(realpathSync(root), worktrees);
}
