import type { TokenUsage } from '../../domain/chat.ts';

export type StreamKind = 'opencode' | 'codex' | 'result' | 'pi' | 'copilot' | 'cline' | 'continue' | 'text';

/** What a CLI says of its run. Only the worktree tells what it did. */
export type Said = { summary: string; problem: string | null; usage: TokenUsage; requests: number };

type Json = Record<string, unknown>;

/** Reads the output of a CLI; what is no JSON there is passed over, and what is missing counts as not said. */
export function readStream(kind: StreamKind, stdout: string): Said {
  if (kind === 'text') return { ...nothing, summary: stdout.trim().slice(-2000) };
  const pieces = kind === 'continue' ? [stdout.trim()] : stdout.split('\n');
  return readers[kind](pieces.map(parse).filter((event) => event !== undefined));
}

const nothing: Said = { summary: '', problem: null, usage: { input: 0, output: 0 }, requests: 0 };

const readers: Record<Exclude<StreamKind, 'text'>, (events: readonly Json[]) => Said> = {
  opencode(events) {
    const finishes = ofType(events, 'step_finish').map(({ part }) => object(part));
    const error = ofType(events, 'error')[0];
    return {
      summary: text(ofType(events, 'text').map(({ part }) => object(part))),
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
      summary: text(items.filter(({ type }) => type === 'agent_message')),
      // An error item in a turn that completed is a mere warning.
      problem: failed === undefined || usages.length > 0 ? null : describe(failed['error'] ?? failed),
      ...sum(usages, 'input_tokens', 'output_tokens'),
    };
  },
  /** Claude, Qwen and Gemini end with one result. */
  result(events) {
    const result = ofType(events, 'result').at(-1);
    if (result === undefined) return { ...nothing, problem: 'it ended without a result' };
    const said = string(result['result']);
    const isBad =
      result['is_error'] === true ||
      (typeof result['status'] === 'string' && result['status'] !== 'success') ||
      /^\[API Error/.test(said) ||
      /^error_/.test(string(result['subtype']));
    const usage = object(result['usage'] ?? result['stats']);
    return {
      summary: said.slice(0, 2000),
      problem: isBad ? describe(result['error'] ?? (said || result['subtype'])) : deniedBy(result),
      ...sum([usage], 'input_tokens', 'output_tokens'),
      requests: number(result['num_turns']) || 1,
    };
  },
  pi(events) {
    const messages = list(ofType(events, 'agent_end').at(-1)?.['messages']).map(object);
    const answers = messages.filter(({ role }) => role === 'assistant');
    const bad = answers.find(({ stopReason }) => stopReason === 'error');
    return {
      summary: text(list(answers.at(-1)?.['content']).map(object)),
      // It exits with 0 all the same.
      problem:
        bad === undefined
          ? answers.length === 0
            ? 'it answered nothing'
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
    return { ...nothing, summary: text(data), problem: isBad ? describe(error ?? result) : null, requests };
  },
  cline(events) {
    const result = ofType(events, 'run_result').at(-1);
    if (result === undefined) return { ...nothing, problem: 'it was cut short' };
    const isBad = result['finishReason'] === 'error';
    const usage = object(result['aggregateUsage'] ?? result['usage']);
    return {
      summary: string(result['text'] ?? result['result']).slice(0, 2000),
      problem: isBad ? describe(result['error'] ?? 'its run ended with an error') : null,
      ...sum([usage], 'inputTokens', 'outputTokens'),
    };
  },
  continue([answer = {}]) {
    const isBad = answer['status'] === 'error' || answer['response'] === undefined;
    return {
      ...nothing,
      summary: string(answer['response']).slice(0, 2000),
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

function text(parts: readonly Json[]): string {
  const words = parts.map((part) => string(part['text'] ?? part['content']));
  return words
    .filter((each) => each.trim() !== '')
    .join('\n')
    .trim()
    .slice(0, 2000);
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
