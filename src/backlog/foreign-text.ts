import { knownTitles } from './sections.ts';

/**
 * Text of a model, a log or a person as the lines of a section of ours. Nothing in it can end the section or look
 * like another one: no markers, no heading that Backlog.md knows, no line `---`, no control characters.
 */
export function foreignLines(text: string): string[] {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .replaceAll('<!--', '&lt;!--')
    .replace(knownHeading, '#\\')
    .trim()
    .split('\n')
    .map((line) => (line.trim() === '---' ? '***' : line.trimEnd()));
}

/** The same for what must stand on one line. */
export function foreignLine(text: string): string {
  return foreignLines(text).join(' ').replace(/\s+/g, ' ').trim();
}

const titles = knownTitles.map((title) => title.replace(/[()]/g, '\\$&')).join('|');
const knownHeading = new RegExp(`#(?=# (?:${titles})(?:\\s|$))`, 'gi');
