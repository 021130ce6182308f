import type { ToolCall } from '../domain/chat.ts';
import { readJson } from './lenient-json.ts';
import { knownToolName } from './repair-call.ts';

/** Calls that a model wrote as text. `broken`: something stands there that was meant as one and cannot be read. */
export type LeakedCalls = { calls: ToolCall[]; broken: boolean };

const mostCalls = 16;

/**
 * Finds tool calls that came as text: JSON with a name and arguments, bare, fenced or in tags, and the tags of models
 * that write calls as XML. Only names of our tools count, so that JSON in an explanation stays an explanation.
 */
export function findLeakedCalls(text: string): LeakedCalls {
  const found: ToolCall[] = [];
  let broken = false;
  for (let at = 0; at < text.length && found.length < mostCalls;) {
    const start = nextStart(text, at);
    if (start === undefined) break;
    const read = start.kind === 'xml' ? readXmlCall(text, start.at) : readJsonCalls(text, start.at);
    found.push(...read.calls);
    broken ||= read.broken;
    at = Math.max(read.end, start.at + 1);
  }
  return { calls: found.slice(0, mostCalls), broken: broken && found.length === 0 };
}

type Read = { calls: ToolCall[]; broken: boolean; end: number };

/** Where the next call could begin: a brace or bracket that opens a line or follows a tag, or an XML call. */
function nextStart(text: string, from: number): { kind: 'json' | 'xml'; at: number } | undefined {
  const pattern = /(?:^|\n|>|\]|```\w{0,20})[ \t]*(?=[[{])|<function[= ]/g;
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  if (match[0].startsWith('<f')) return { kind: 'xml', at: match.index };
  return { kind: 'json', at: match.index + match[0].length };
}

function readJsonCalls(text: string, at: number): Read {
  const read = readJson(text, at);
  if (read === undefined) return { calls: [], broken: looksLikeCall(text.slice(at, at + 300)), end: at + 1 };
  const values: unknown[] = Array.isArray(read.value) ? read.value : [read.value];
  const calls = values.flatMap((value) => toCall(value) ?? []);
  return { calls, broken: false, end: read.end };
}

function looksLikeCall(text: string): boolean {
  const name = /["'](?:name|tool|tool_name|function|action)["']\s{0,5}:\s{0,5}["'](\w{2,40})["']/.exec(
    text,
  )?.[1];
  return name !== undefined && knownToolName(name) !== undefined;
}

function toCall(value: unknown): ToolCall | undefined {
  if (!isRecord(value)) return undefined;
  const inner = value['function'] ?? value['function_call'] ?? value['tool_call'];
  if (isRecord(inner)) return toCall(inner);
  const name = [value['name'], value['tool'], value['tool_name'], inner, value['action']].find(
    (each) => typeof each === 'string',
  );
  if (name === undefined || knownToolName(name) === undefined) return undefined;
  const given = ['arguments', 'parameters', 'args', 'input', 'tool_input', 'action_input', 'params']
    .map((key) => value[key])
    .find((each) => each !== undefined);
  if (given !== undefined) return { name, arguments: argumentsOf(given) };
  const rest = Object.entries(value).filter(
    ([key]) => !['name', 'tool', 'tool_name', 'action'].includes(key),
  );
  return { name, arguments: Object.fromEntries(rest) };
}

function argumentsOf(given: unknown): Record<string, unknown> {
  if (isRecord(given)) return given;
  const parsed = typeof given === 'string' ? readJson(given)?.value : undefined;
  return isRecord(parsed) ? parsed : {};
}

/** `<function=read><parameter=path>a.ts</parameter></function>`, as Qwen's coders write. */
function readXmlCall(text: string, at: number): Read {
  const head = /^<function(?:=|\s+name=)["']?(\w{1,60})["']?\s*>/.exec(text.slice(at, at + 120));
  const end = text.indexOf('</function>', at);
  if (head === null || end < 0) return { calls: [], broken: head !== null, end: at + 1 };
  const name = head[1] ?? '';
  const body = text.slice(at + head[0].length, end);
  const pairs = body
    .split(/<parameter(?:=|\s+name=)/)
    .slice(1)
    .flatMap((part): [string, string][] => {
      const key = /^["']?(\w{1,60})["']?\s*>/.exec(part);
      if (key === null) return [];
      const value = part.slice(key[0].length).split('</parameter>')[0] ?? '';
      return [[key[1] ?? '', value.replace(/^\n|\n$/g, '')]];
    });
  const isKnown = knownToolName(name) !== undefined;
  return {
    calls: isKnown ? [{ name, arguments: Object.fromEntries(pairs) }] : [],
    broken: false,
    end: end + '</function>'.length,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
