import type { TokenUsage } from '../../domain/chat.ts';

export type StreamKind =
  'opencode' | 'codex' | 'result' | 'gemini' | 'pi' | 'copilot' | 'cline' | 'continue' | 'text';

/** What a CLI says of its run, and its `last` words in full. Only the worktree tells what it did. */
export type Said = {
  summary: string;
  last: string;
  problem: string | null;
  usage: TokenUsage;
  requests: number;
};

type Json = Record<string, unknown>;

/** Reads the output of a CLI; what is no JSON there is passed over, and what is missing counts as not said. */
export function readStream(kind: StreamKind, stdout: string): Said {
  if (kind === 'text') return { ...nothing, summary: stdout.trim().slice(-2000), last: lastWords(stdout) };
  const pieces = kind === 'continue' ? [stdout.trim()] : stdout.split('\n');
  return readers[kind](pieces.map(parse).filter((event) => event !== undefined));
}

const nothing: Said = { summary: '', last: '', problem: null, usage: { input: 0, output: 0 }, requests: 0 };

const readers: Record<Exclude<StreamKind, 'text'>, (events: readonly Json[]) => Said> = {
  opencode(events) {
    const finishes = ofType(events, 'step_finish').map(({ part }) => object(part));
    const error = ofType(events, 'error')[0];
    return {
      ...words(ofType(events, 'text').map(({ part }) => object(part))),
      problem: error === undefined ? null : describe(error['error'] ?? error),
      ...sum(
        finishes.map(({ tokens }) => object(tokens)),
        'input',
        'output',
      ),
    };
  },
  codex(events) {
    const failed = [...ofType(events, 'turn.failed'), ...ofType(events, 'error')][0];
    const items = ofType(events, 'item.completed').map(({ item }) => object(item));
    const usages = ofType(events, 'turn.completed').map(({ usage }) => object(usage));
    return {
      ...words(items.filter(({ type }) => type === 'agent_message')),
      // An error item in a turn that completed is a mere warning.
      problem: failed === undefined || usages.length > 0 ? null : describe(failed['error'] ?? failed),
      ...sum(usages, 'input_tokens', 'output_tokens'),
    };
  },
  /** Claude and Qwen end with one result, unless they are cut short. */
  result(events) {
    const result = ofType(events, 'result').at(-1);
    if (result === undefined)
      return { ...nothing, problem: 'it ended without a result', ...sumAnswers(events) };
    const said = string(result['result']);
    const isBad =
      result['is_error'] === true ||
      (typeof result['status'] === 'string' && result['status'] !== 'success') ||
      /^\[API Error/.test(said) ||
      /^error_/.test(string(result['subtype']));
    const usage = object(result['usage'] ?? result['stats']);
    return {
      ...oneAnswer(said),
      problem: isBad ? describe(result['error'] ?? (said || result['subtype'])) : deniedBy(result),
      ...sum([usage], 'input_tokens', 'output_tokens'),
      requests: number(result['num_turns']) || 1,
    };
  },
  /** Its result says nothing: its words come before, piece by piece. */
  gemini(events) {
    const tellsAnswer = ({ type, role }: Json): boolean => type === 'message' && role === 'assistant';
    const begin = events.findLastIndex(({ type }) => type === 'tool_use' || type === 'tool_result') + 1;
    const pieces = events.slice(begin).filter(tellsAnswer);
    const answer = pieces.map(({ content }) => string(content)).join('');
    return { ...readers.result(events), ...oneAnswer(answer) };
  },
  pi(events) {
    const end = ofType(events, 'agent_end').at(-1);
    const messages =
      end === undefined
        ? ofType(events, 'message_end').map(({ message }) => object(message))
        : list(end['messages']).map(object);
    const answers = messages.filter(({ role }) => role === 'assistant');
    const bad = answers.find(({ stopReason }) => stopReason === 'error');
    return {
      ...oneAnswer(joined(list(answers.at(-1)?.['content']).map(object))),
      // It exits with 0 all the same.
      problem:
        bad === undefined
          ? answers.length === 0
            ? 'it answered nothing'
            : end === undefined
              ? 'it was cut short'
              : null
          : describe(bad['errorMessage']),
      ...sum(
        answers.map(({ usage }) => object(usage)),
        'input',
        'output',
      ),
    };
  },
  copilot(events) {
    const error = ofType(events, 'session.error')[0];
    const result = ofType(events, 'result').at(-1);
    const isBad = error !== undefined || number(result?.['exitCode']) !== 0;
    const data = ofType(events, 'assistant.message').map((event) => object(event['data']));
    const requests = data.length;
    return { ...nothing, ...words(data), problem: isBad ? describe(error ?? result) : null, requests };
  },
  cline(events) {
    const result = ofType(events, 'run_result').at(-1);
    if (result === undefined) return { ...nothing, problem: 'it was cut short' };
    const isBad = result['finishReason'] === 'error';
    const usage = object(result['aggregateUsage'] ?? result['usage']);
    return {
      ...oneAnswer(string(result['text'] ?? result['result'])),
      problem: isBad ? describe(result['error'] ?? 'its run ended with an error') : null,
      ...sum([usage], 'inputTokens', 'outputTokens'),
    };
  },
  continue([answer = {}]) {
    const isBad = answer['status'] === 'error' || answer['response'] === undefined;
    return {
      ...nothing,
      ...oneAnswer(string(answer['response'])),
      problem: isBad ? describe(answer['message'] ?? answer['note'] ?? 'it answered nothing') : null,
    };
  },
};

function deniedBy(result: Json): string | null {
  const denied = list(result['permission_denials']);
  return denied.length === 0 ? null : `it was denied ${denied.length} of its tool calls`;
}

function ofType(events: readonly Json[], type: string): Json[] {
  return events.filter((event) => event['type'] === type);
}

function sum(usages: readonly Json[], input: string, output: string): Pick<Said, 'usage' | 'requests'> {
  const total = (key: string): number => usages.reduce((all, usage) => all + number(usage[key]), 0);
  return { usage: { input: total(input), output: total(output) }, requests: usages.length };
}

/** Of answers that were told as they came, several events for one; the last one of each counts. */
function sumAnswers(events: readonly Json[]): Pick<Said, 'usage' | 'requests'> {
  const messages = ofType(events, 'assistant').map(({ message }) => object(message));
  const byId = new Map(messages.map((message, index) => [string(message['id']) || index, message]));
  const usages = [...byId.values()].map(({ usage }) => object(usage));
  return sum(usages, 'input_tokens', 'output_tokens');
}

function words(parts: readonly Json[]): Pick<Said, 'summary' | 'last'> {
  const answers = parts.map((part) => joined([part])).filter((answer) => answer !== '');
  return { summary: answers.join('\n').slice(0, 2000), last: lastWords(answers.at(-1) ?? '') };
}

function oneAnswer(answer: string): Pick<Said, 'summary' | 'last'> {
  return { summary: answer.slice(0, 2000), last: lastWords(answer) };
}

function lastWords(said: string): string {
  return said.trim().slice(-longestLast);
}

const longestLast = 8000;

function joined(parts: readonly Json[]): string {
  const said = parts.map((part) => string(part['text'] ?? part['content']));
  return said
    .filter((each) => each.trim() !== '')
    .join('\n')
    .trim();
}

function describe(value: unknown): string {
  const { message, data } = object(value);
  const said = [value, message, object(data)['message']].find((each) => typeof each === 'string');
  return (typeof said === 'string' ? said : JSON.stringify(value ?? 'no reason was given')).slice(0, 600);
}

function parse(line: string): Json | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return object(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
