import { readYaml } from './markdown.ts';

/** A text as one line of YAML, quoted where and as js-yaml quotes it, so that Backlog.md's next edit changes nothing. */
export function yamlScalar(text: string): string {
  if (!/^[ -~\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/.test(text)) return doubleQuoted(text);
  return isPlain(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** The first part is js-yaml's caution about flow marks and colons; the last asks what YAML would make of the text. */
function isPlain(text: string): boolean {
  if (!/^[^\s\-?:,[\]{}#&*!|=>'"%@`][^,[\]{}:]*$/.test(text) || /\s(#|$)/.test(text)) return false;
  if (/^(y|yes|on|n|no|off)$/i.test(text)) return false;
  const reading = readYaml(`value: ${text}`);
  return reading.ok && reading.data['value'] === text;
}

const escapes: Record<string, string> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function doubleQuoted(text: string): string {
  const escaped = text.replace(
    /["\\]|[^ -~\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu,
    (character) => escapes[character] ?? hexEscape(character.codePointAt(0) ?? 0),
  );
  return `"${escaped}"`;
}

function hexEscape(code: number): string {
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
