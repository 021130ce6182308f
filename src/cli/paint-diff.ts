import { showHidden } from '../domain/untrusted.ts';
import type { Paint, Tone } from './output.ts';

/** A unified diff as a person reads it: coloured, and with nothing in it that acts on a terminal. */
export function paintDiff(diff: string, paint: Paint): string {
  const lines = showHidden(diff).split('\n');
  return lines.map((line) => paint(toneOf(line), line)).join('\n');
}

function toneOf(line: string): Tone {
  if (/^(diff |index |--- |\+\+\+ )/.test(line)) return 'strong';
  if (line.startsWith('+')) return 'good';
  if (line.startsWith('-')) return 'bad';
  return line.startsWith('@@') ? 'dim' : 'plain';
}
