import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from './environment.ts';

export const secretNames = [
  'GITHUB_TOKEN',
  'GITHUB_APP_PRIVATE_KEY',
  'GITHUB_WEBHOOK_SECRET',
  'GITHUB_WEBHOOK_SECRET_PREVIOUS',
  'GITEA_TOKEN',
  'TICKETMILL_API_TOKEN',
  'SLACK_WEBHOOK_URL',
  'SMTP_PASSWORD',
  'NOTIFICATION_WEBHOOK_SECRET',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'REDIS_PASSWORD',
] as const;
export type SecretName = (typeof secretNames)[number];

/** The secrets that are set, by variable: ours, and the keys of providers. An empty one is not set. */
export type Secrets = Readonly<Partial<Record<SecretName, string>>> & Readonly<Record<string, string>>;

/**
 * Secrets come from the environment, else from `.env` in the root, and from nowhere else. `keys`: variables that hold
 * keys of providers.
 */
export function readSecrets(
  root: string,
  env: Environment,
  keys: readonly string[] = [],
): { secrets: Secrets; warnings: string[] } {
  const { variables, warnings } = readEnvFile(join(root, '.env'));
  const secrets: Record<string, string> = {};
  for (const name of [...secretNames, ...keys]) {
    const value = [env[name], variables[name]].find((given) => given?.trim())?.trim();
    if (value !== undefined) secrets[name] = value;
  }
  return { secrets, warnings };
}

function readEnvFile(file: string): { variables: Environment; warnings: string[] } {
  let variables: Environment;
  try {
    variables = parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return {
      variables: {},
      warnings: code === 'ENOENT' ? [] : [`Secrets in .env can't be read: ${message}.`],
    };
  }
  return { variables, warnings: [...openToOthers(file), ...settingsIn(variables)] };
}

function openToOthers(file: string): string[] {
  const isOpen = process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
  return isOpen
    ? [`${file} holds secrets and is open to other users of this machine; run \`chmod 600 ${file}\`.`]
    : [];
}

function settingsIn(variables: Environment): string[] {
  return Object.keys(variables)
    .filter((name) => name.startsWith('TICKETMILL_') && !secretNames.some((secret) => secret === name))
    .map(
      (name) =>
        `${name} in .env is no secret and is not read from there; set it in config.json or the environment.`,
    );
}
