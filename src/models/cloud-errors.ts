import { Failure } from '../domain/failure.ts';
import type { FailureCode } from '../domain/failure.ts';
import { readNetworkFault } from './network-fault.ts';
import type { NetworkFault } from './network-fault.ts';
import { codeOfStatus, excerpt, secondsToWait, serverWords } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { Dialect } from './wire.ts';

/** Who was asked, for messages: `provider/model` at an address. What a server echoes of the key is taken out. */
export type AskedCloud = { id: string; url: string; key: string | null };

/** The words of all these servers for the same things, in a refusal and in the middle of a stream alike. */
const words: [RegExp, FailureCode][] = [
  [
    /insufficient_quota|credit balance is too low|insufficient (credits|balance|funds)/i,
    'MODEL_CREDIT_SPENT',
  ],
  [/rate.?limit|too many requests|resource_exhausted/i, 'MODEL_RATE_LIMITED'],
  [
    /context_length_exceeded|exceed_context_size|maximum context length|(prompt|input|request) is too long|too many (input )?tokens|exceeds the (available |maximum )?(context|number of tokens)/i,
    'MODEL_CONTEXT_OVERFLOW',
  ],
  [
    /invalid_api_key|api[_ ]key[_ ](not valid|invalid)|(incorrect|invalid) api key|authentication_error|permission_(error|denied)|unauthenticated/i,
    'MODEL_KEY_REFUSED',
  ],
  [
    /(tools?|tool use|function calling)\b.{0,40}\b(not|n't) (be )?(support|enabled|available)|(not|n't) support (tools?|tool use|function calling)|no endpoints found that support tool/i,
    'MODEL_TOOLS_UNSUPPORTED',
  ],
  [
    /model_not_found|no such model|unknown model|models?\b.{0,120}\b(does not exist|not found|is not a valid|not_found_error)|not_found_error/i,
    'MODEL_NOT_FOUND',
  ],
  [
    /content_policy|content_filter|content management policy|safety (system|settings)|prompt_blocked/i,
    'MODEL_REFUSED',
  ],
  [
    /overloaded|server is busy|no available (server|channel|capacity)|currently loading|capacity/i,
    'MODEL_OVERLOADED',
  ],
  [/out of memory|unable to allocate|failed to allocate/i, 'MODEL_OUT_OF_MEMORY'],
  [/invalid_request_error|invalid_argument|unsupported_(parameter|value)/i, 'MODEL_BAD_REQUEST'],
];

/** What an exchange with a provider calls its failures. */
export function cloudDialect(asked: AskedCloud): Dialect {
  return {
    refused: (refusal) => classifyCloudRefusal(refusal, asked),
    unreachable(error) {
      const fault = readNetworkFault(error);
      if (fault === null) return null;
      return failure(codesOfFaults[fault.kind], asked, { what: `cannot be reached: ${fault.words}` });
    },
    broken: () => failure('MODEL_STREAM_BROKEN', asked, { what: 'broke off in the middle of its answer' }),
  };
}

const codesOfFaults: Record<NetworkFault['kind'], FailureCode> = {
  unreachable: 'MODEL_UNREACHABLE',
  timeout: 'MODEL_TIMEOUT',
  'no-http': 'MODEL_STREAM_BROKEN',
};

function classifyCloudRefusal(refusal: Refusal, asked: AskedCloud): Failure {
  const { status, body, location } = refusal;
  if (status >= 300 && status < 400)
    return failure('MODEL_UNREACHABLE', asked, {
      what: `redirects ${location === null ? 'elsewhere' : `to ${excerpt(location)}`} (${status}), which is not followed; correct its \`baseUrl\``,
    });
  const said = serverWords(body);
  const code = codeOf(status, said);
  const isBusy = code === 'MODEL_OVERLOADED' || code === 'MODEL_RATE_LIMITED';
  const retryAfterSeconds = isBusy ? (secondsToWait(refusal) ?? secondsInWords(body)) : undefined;
  return failure(code, asked, { what: `answered ${status}: ${excerpt(said)}`, said, retryAfterSeconds });
}

/** An error in a stream that began well, in whatever form the provider's client hands it on. */
export function classifyStreamError(error: unknown, asked: AskedCloud): Failure {
  const known = failureIn(error);
  if (known !== null) return known;
  const said = wordsOf(error);
  const status = (error as { statusCode?: unknown; code?: unknown } | null)?.statusCode;
  const code =
    typeof status === 'number' ? codeOf(status, said) : (codeOfWords(said) ?? 'MODEL_STREAM_BROKEN');
  return failure(code, asked, { what: `broke off its answer: ${excerpt(said)}`, said });
}

/** Our own failure, which clients wrap into errors of theirs. */
function failureIn(error: unknown): Failure | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof Failure) return cause;
  return null;
}

export function failure(
  code: FailureCode,
  { id, url, key }: AskedCloud,
  about: { what: string; said?: string; retryAfterSeconds?: number | undefined },
): Failure {
  const hide = (text: string): string => (key === null ? text : text.replaceAll(key, '[key]'));
  const { what, said, retryAfterSeconds } = about;
  // The clients keep the whole request in their errors; none of that is passed on.
  const cause = said === undefined ? undefined : new Error(hide(said));
  return new Failure(code, `${id} at ${url} ${hide(what)}.`, {
    ...(cause === undefined ? {} : { cause }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** A status that leaves no doubt goes before the words, which for others are all there is. */
function codeOf(status: number, said: string): FailureCode {
  if (status === 401 || status === 403)
    return codeOfWords(said) === 'MODEL_REFUSED' ? 'MODEL_REFUSED' : 'MODEL_KEY_REFUSED';
  if (status === 402) return 'MODEL_CREDIT_SPENT';
  if (status === 413) return 'MODEL_CONTEXT_OVERFLOW';
  if (status === 408) return 'MODEL_TIMEOUT';
  if (status === 429) return /insufficient_quota/i.test(said) ? 'MODEL_CREDIT_SPENT' : 'MODEL_RATE_LIMITED';
  if (status === 502 || status === 503 || status === 504) return codeOfStatus(status);
  const bySaid = codeOfWords(said);
  if (status >= 500)
    return bySaid === 'MODEL_BAD_REQUEST' || bySaid === undefined ? codeOfStatus(status) : bySaid;
  if (status === 404) return bySaid === 'MODEL_TOOLS_UNSUPPORTED' ? bySaid : 'MODEL_NOT_FOUND';
  return bySaid ?? 'MODEL_BAD_REQUEST';
}

function codeOfWords(said: string): FailureCode | undefined {
  return words.find(([pattern]) => pattern.test(said))?.[1];
}

function wordsOf(error: unknown): string {
  if (typeof error === 'string') return serverWords(error);
  const { message, type, code, status } = (error ?? {}) as Record<string, unknown>;
  const parts = [message, type, code, status].filter(
    (part) => typeof part === 'string' || typeof part === 'number',
  );
  return parts.length === 0 ? JSON.stringify(error) : parts.join(' ');
}

/** Google says in the body how long to wait. */
function secondsInWords(body: string): number | undefined {
  const [, seconds] = /"retryDelay":\s*"(\d+(?:\.\d+)?)s"/.exec(body) ?? [];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds));
}
