import type { ToolCall, ToolOffer } from '../domain/chat.ts';
import { parseLeniently } from './lenient-json.ts';

export type RepairedCall = { ok: true; call: ToolCall } | { ok: false; name: string; problem: string };

/** What models call our tools, in letters and digits only. */
const nameAliases = byAlias({
  read: 'read readfile view viewfile cat open openfile getfile getfilecontent getfilecontents fileread show',
  edit: 'edit strreplace replace editfile strreplaceeditor strreplacebasededittool replaceinfile searchreplace searchandreplace applyedit applydiff modify modifyfile update updatefile fileedit',
  write:
    'write writefile createfile create save savefile filewrite writetofile newfile overwrite overwritefile',
  run: 'run bash shell exec execute runcommand executecommand terminal runterminalcmd sh command runshell',
  list: 'list ls listfiles listdir listdirectory listfolder dir tree glob findfiles',
  search: 'search grep find searchfiles rg ripgrep searchcode codesearch filesearch searchtext findtext',
  done: 'done finish finished complete submit attemptcompletion taskcomplete taskdone exit end finalanswer',
});

/** What they call the arguments; of several of ours the first that the tool has is meant. */
const argumentAliases = byAlias({
  path: 'filepath file filename targetfile absolutepath relativepath directory dir folder location',
  old: 'oldtext oldstring oldstr oldcontent oldcode search find from original before searchtext',
  new: 'newtext newstring newstr newcontent newcode replace replacement replacewith to after updated',
  content: 'contents filetext code data body filecontent filecontents text newcontent',
  command: 'cmd script shell bash commandline input',
  pattern: 'query search keyword term string text q find needle searchterm',
  start: 'offset line startline from linenumber begin',
  lines: 'limit count numlines linecount length maxlines',
  depth: 'maxdepth level levels',
  all: 'replaceall global allowmultiple',
  regex: 'isregex regexp useregex',
  timeout: 'timeoutseconds seconds',
  summary: 'message result answer text description content output',
});

/** Our name for a tool, however the model spelled it; undefined when it means none of ours. */
export function knownToolName(name: string): string | undefined {
  const bare = squash(name.replace(/^.*[.:/]/, ''));
  return nameAliases.get(bare)?.[0];
}

/** A call in our names and types, or what is wrong with it, in words for the model. */
export function repairCall(call: ToolCall, offers: readonly ToolOffer[]): RepairedCall {
  const given = unwrap(call.arguments);
  const name = meantTool(call.name, given);
  const offer = offers.find((each) => each.name === name);
  if (name === undefined || offer === undefined) {
    const names = offers.map((each) => each.name).join(', ');
    return {
      ok: false,
      name: call.name,
      problem: `There is no tool "${call.name}". The tools are: ${names}.`,
    };
  }
  const schema = schemaOf(offer);
  const args = renameArguments(given, schema);
  const missing = schema.required.filter((key) => args[key] === undefined);
  if (missing.length > 0) return { ok: false, name, problem: describeMissing(name, missing, schema) };
  return { ok: true, call: { ...call, name, arguments: args } };
}

type Schema = { types: Record<string, string>; required: string[] };

function schemaOf({ parameters }: ToolOffer): Schema {
  const properties = (parameters['properties'] ?? {}) as Record<string, { type?: string }>;
  const types = Object.fromEntries(
    Object.entries(properties).map(([key, { type }]) => [key, type ?? 'string']),
  );
  return { types, required: (parameters['required'] ?? []) as string[] };
}

/** Arguments inside arguments, or as JSON text. */
function unwrap(given: Record<string, unknown>): Record<string, unknown> {
  const [first, ...others] = Object.entries(given);
  if (first === undefined || others.length > 0) return given;
  const [key, value] = first;
  if (!['arguments', 'parameters', 'args', 'input', 'params', 'kwargs', 'raw'].includes(squash(key)))
    return given;
  const inner = typeof value === 'string' ? parseLeniently(value) : value;
  const isRecord = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
  return isRecord ? unwrap(inner as Record<string, unknown>) : given;
}

/** One well-known editor tool puts what it should do into an argument. */
function meantTool(name: string, given: Record<string, unknown>): string | undefined {
  const command = given['command'];
  if (/editor|based_?edit/i.test(name) && typeof command === 'string') return knownToolName(command);
  return knownToolName(name);
}

function renameArguments(given: Record<string, unknown>, { types }: Schema): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (Object.hasOwn(types, key)) args[key] = coerce(value, types[key]);
  }
  for (const [key, value] of Object.entries(given)) {
    const bare = squash(key);
    const meant = [bare, ...(argumentAliases.get(bare) ?? [])].find(
      (each) => Object.hasOwn(types, each) && args[each] === undefined,
    );
    if (meant !== undefined && !Object.hasOwn(types, key)) args[meant] = coerce(value, types[meant]);
  }
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

function coerce(value: unknown, type: string | undefined): unknown {
  if (value === null || value === undefined) return undefined;
  const text = asText(value);
  if (type === 'string') return text;
  if (type === 'boolean') return /^(?:true|yes|1)$/i.test(text);
  const number = Number.parseInt(text, 10);
  return Number.isFinite(number) ? number : undefined;
}

/** A file that is JSON may come as its value, a text as its lines. */
function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join('\n');
  return typeof value === 'object' ? `${JSON.stringify(value, null, 2)}\n` : JSON.stringify(value);
}

function describeMissing(name: string, missing: string[], { types, required }: Schema): string {
  const all = Object.keys(types).map((key) => (required.includes(key) ? key : `${key}?`));
  const what = missing.map((key) => `"${key}"`).join(' and ');
  const hint = missing.includes('new') ? ' To delete lines, give "new" as an empty string.' : '';
  return `${name} needs ${what}. Its arguments are: ${all.join(', ')}. Call it again with all that it needs.${hint}`;
}

function squash(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function byAlias(table: Record<string, string>): Map<string, string[]> {
  const inverted = new Map<string, string[]>();
  for (const [ours, theirs] of Object.entries(table)) {
    for (const alias of theirs.split(' ')) inverted.set(alias, [...(inverted.get(alias) ?? []), ours]);
  }
  return inverted;
}
