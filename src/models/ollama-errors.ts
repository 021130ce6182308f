import { Failure } from '../domain/failure.ts';
import type { FailureCode } from '../domain/failure.ts';
import { readNetworkFault } from './network-fault.ts';
import type { NetworkFault } from './network-fault.ts';
import { codeOfStatus, excerpt, secondsToWait, serverWords } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { Dialect } from './wire.ts';

/** What was asked of whom, for messages: `model` is null for questions about the server itself. */
export type Asked = { url: string; model: string | null };

/** The server's own words, the same for a refused request and for an error line inside a stream. */
const words: [RegExp, FailureCode][] = [
  [/error parsing tool call/i, 'MODEL_BAD_TOOL_CALL'],
  [/does not support tools/i, 'MODEL_TOOLS_UNSUPPORTED'],
  [
    /exceed_context_size|exceeds? the (available )?(maximum )?context|exceeded max context|prompt (is )?too long/i,
    'MODEL_CONTEXT_OVERFLOW',
  ],
  [
    /more system memory|out of memory|(failed|unable) to allocate|cudamalloc|runner process|llama-server process|signal: killed/i,
    'MODEL_OUT_OF_MEMORY',
  ],
  [/model ["']?[^"']{1,300}["']? not found|no such model/i, 'MODEL_NOT_FOUND'],
  [/server busy|maximum pending requests/i, 'MODEL_OVERLOADED'],
  [/^invalid format|^option "|does not support|invalid options/i, 'MODEL_BAD_REQUEST'],
];

/** What an exchange with Ollama calls its failures. */
export function dialectOf(asked: Asked): Dialect {
  return {
    refused: (refusal) => classifyRefusal(refusal, asked),
    unreachable: (error) => classifyNetworkError(error, asked),
    broken: (cause) =>
      new Failure('MODEL_STREAM_BROKEN', `${source(asked)} broke off in the middle of its answer.`, {
        cause,
      }),
  };
}

export function classifyRefusal(refusal: Refusal, asked: Asked): Failure {
  const said = serverWords(refusal.body);
  if (refusal.status >= 300 && refusal.status < 400) return redirected(refusal, asked);
  const code = codeOfWords(said) ?? codeOfStatus(refusal.status);
  const isBusy = code === 'MODEL_OVERLOADED' || code === 'MODEL_RATE_LIMITED';
  const retryAfterSeconds = isBusy ? secondsToWait(refusal) : undefined;
  return new Failure(code, tell(code, asked, `answered ${refusal.status}: ${excerpt(said)}`), {
    cause: new Error(said),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** An `{"error": …}` line inside a stream that began well. */
export function classifyErrorLine(error: unknown, asked: Asked): Failure {
  const said = serverWords(typeof error === 'string' ? error : JSON.stringify({ error }));
  const code = codeOfWords(said) ?? 'MODEL_STREAM_BROKEN';
  return new Failure(code, tell(code, asked, `broke off its answer: ${excerpt(said)}`), {
    cause: new Error(said),
  });
}

/** A request that got no answer at all; null when the error is not one of the network. */
export function classifyNetworkError(error: unknown, asked: Asked): Failure | null {
  const fault = readNetworkFault(error);
  if (fault === null) return null;
  const [code, said] = toldOf(fault, asked);
  return new Failure(code, said, { cause: error instanceof Error ? (error.cause ?? error) : error });
}

function toldOf({ kind, words: reason }: NetworkFault, { url }: Asked): [FailureCode, string] {
  switch (kind) {
    case 'no-http':
      return ['MODEL_STREAM_BROKEN', `${url} does not speak HTTP: ${reason}`];
    case 'timeout':
      return ['MODEL_TIMEOUT', `Connection timeout to Ollama at ${url}: ${reason}`];
    case 'unreachable':
      return ['MODEL_UNREACHABLE', `Ollama at ${url} cannot be reached: ${reason}.`];
  }
}

export function source(asked: Asked): string {
  return asked.model === null ? `Ollama at ${asked.url}` : `${asked.model} at ${asked.url}`;
}

function codeOfWords(said: string): FailureCode | undefined {
  return words.find(([pattern]) => pattern.test(said))?.[1];
}

function tell(code: FailureCode, asked: Asked, what: string): string {
  const advice =
    code === 'MODEL_NOT_FOUND' && asked.model !== null ? `. Run \`ollama pull ${asked.model}\`.` : '';
  return `${source(asked)} ${what}${advice}`;
}

function redirected(refusal: Refusal, asked: Asked): Failure {
  const target = refusal.location === null ? 'elsewhere' : `to ${excerpt(refusal.location)}`;
  return new Failure(
    'MODEL_UNREACHABLE',
    `${asked.url} redirects ${target} (${refusal.status}), which is not followed. Put the final address into \`ollama.hosts\`.`,
  );
}
