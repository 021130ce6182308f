import { resolve } from 'node:path';
import { trimEnd } from '../domain/trim-end.ts';
import type { Environment } from './environment.ts';
import { expandHome } from './paths.ts';
import type { Config } from './schema.ts';
import type { Secrets } from './secrets.ts';

/** A provider of models that is known or configured. */
export type ProviderSetting = {
  /** The first part of its models' ids. */
  name: string;
  kind: 'openai' | 'anthropic' | 'google' | 'compatible';
  /** Without a slash at its end. */
  url: string;
  /** The variables that may hold its key, the first that is set counts; none where the server wants no key. */
  keyVariables: readonly string[];
};

type WellKnown = Omit<ProviderSetting, 'name'>;

const wellKnown: Readonly<Record<string, WellKnown>> = {
  openai: { kind: 'openai', url: 'https://api.openai.com/v1', keyVariables: ['OPENAI_API_KEY'] },
  anthropic: {
    kind: 'anthropic',
    url: 'https://api.anthropic.com/v1',
    keyVariables: ['ANTHROPIC_API_KEY'],
  },
  google: {
    kind: 'google',
    url: 'https://generativelanguage.googleapis.com/v1beta',
    keyVariables: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'GOOGLE_API_KEY'],
  },
  openrouter: {
    kind: 'compatible',
    url: 'https://openrouter.ai/api/v1',
    keyVariables: ['OPENROUTER_API_KEY'],
  },
  huggingface: {
    kind: 'compatible',
    url: 'https://router.huggingface.co/v1',
    keyVariables: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'],
  },
};

/** Servers: those that are known by name, and those of the config, which speak as OpenAI's do. */
export function listProviders({ providers }: Pick<Config, 'providers'>): ProviderSetting[] {
  return providerNames({ providers }).flatMap((name) => {
    const known = Object.hasOwn(wellKnown, name) ? wellKnown[name] : undefined;
    const { baseUrl, apiKeyEnv } = providers[name] ?? {};
    const url = baseUrl ?? known?.url;
    if (url === undefined) return [];
    const keyVariables = apiKeyEnv === undefined ? (known?.keyVariables ?? []) : [apiKeyEnv];
    return [{ name, kind: known?.kind ?? 'compatible', url: trimEnd(url, '/'), keyVariables }];
  });
}

/** A GGUF file that runs on this machine. Paths are absolute. */
export type FileSetting = {
  /** With its provider. */
  id: string;
  file: string;
  /** The folder of node-llama-cpp; null for the one that is installed beside this program. */
  library: string | null;
  parallel: number;
};

export function listFiles(
  { providers }: Pick<Config, 'providers'>,
  root: string,
  env: Environment,
): FileSetting[] {
  const at = (path: string): string => resolve(root, expandHome(path, env));
  return Object.entries(providers).flatMap(([name, { files = {}, module, parallel = 1 }]) =>
    Object.entries(files).map(([model, path]) => ({
      id: `${name}/${model}`,
      file: at(path),
      library: module === undefined ? null : at(module),
      parallel,
    })),
  );
}

/** What the ids of models may begin with besides `ollama`. */
export function providerNames({ providers }: Pick<Config, 'providers'>): string[] {
  return [...new Set([...Object.keys(wellKnown), ...Object.keys(providers)])];
}

/** Whoever asks for a key sends a bill. */
export function asksForKey({ keyVariables }: ProviderSetting): boolean {
  return keyVariables.length > 0;
}

/** Whether a provider is known without an address in the config. */
export function isWellKnown(name: string): boolean {
  return Object.hasOwn(wellKnown, name);
}

/** The key of a provider; null while none of its variables is set, and where it wants none. */
export function keyOf({ keyVariables }: ProviderSetting, secrets: Secrets): string | null {
  const variable = keyVariables.find((name) => secrets[name] !== undefined);
  return variable === undefined ? null : (secrets[variable] ?? null);
}
