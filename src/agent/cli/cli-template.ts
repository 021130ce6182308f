import type { StreamKind } from './read-stream.ts';

/** What one run of a CLI is put together from. `baseUrl` is a model server's address without a path, as seen by it. */
export type CliContext = {
  prompt: string;
  /** A file that holds the prompt. */
  promptFile: string;
  cwd: string;
  /** The model as its server calls it. */
  model: string;
  baseUrl: string;
  /** Where the CLI may keep what it wants to keep; gone afterwards. */
  home: string;
  /** Context window in tokens. */
  window: number;
  /** Whether walls of ours stand around it, so that its own would only be in the way. */
  walled: boolean;
  /** It uses the login of a person, not a model server of ours. */
  ownLogin: boolean;
};

/** One coding CLI, as data. */
export type CliTemplate = {
  bin: string;
  versionArgs: readonly string[];
  args: (context: CliContext) => string[];
  /** Run before it, such as to store a provider. */
  prepare?: (context: CliContext) => string[];
  env: (context: CliContext) => Record<string, string>;
  /** Laid into its home first; paths relative to that. */
  files?: (context: CliContext) => { path: string; text: string }[];
  promptVia: 'arg' | 'stdin' | 'file';
  reads: StreamKind;
  /** Smallest window in which its own prompt leaves room for work, in tokens. */
  minContext: number;
  /** `account`: it knows no other model server than its maker's. */
  endpoint: 'openai' | 'responses' | 'anthropic' | 'account';
  /** It is somebody's own, and may read what the repository has for it. */
  trustsProject?: true;
  /** Names in the root of a repository that are its own, not part of any change. */
  litter: readonly RegExp[];
};
