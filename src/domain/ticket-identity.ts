import type { Ticket } from './ticket.ts';

/** What people call a ticket: its title, else its first `# heading`, else its file's name; never empty. */
export function displayTitle(ticket: Pick<Ticket, 'title' | 'rawContent'>, fileName: string): string {
  if (ticket.title.trim() !== '') return ticket.title.trim();
  const heading = firstHeading(ticket.rawContent);
  if (heading !== null) return heading.text;
  const stem = fileName.replace(/\.md$/i, '');
  const words = stem
    .replace(/^[a-zA-Z]+-[0-9]+(\.[0-9]+)*(?: - ?|-(?=\D)|$)/, '')
    .replace(/[-_\s]+/g, ' ')
    .trim();
  return words === '' ? stem : words;
}

/** The first `# heading` outside code fences. */
export function firstHeading(text: string): { text: string; start: number; end: number } | null {
  let fence: string | null = null;
  let start = 0;
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(```|~~~)/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === null ? mark : fence === mark ? null : fence;
    const heading = fence === null && line.startsWith('# ') ? line.slice(2).trim() : '';
    if (heading !== '') return { text: heading, start, end: start + line.length };
    start += line.length + 1;
  }
  return null;
}

/**
 * Why a ticket must not be worked on under its id or its file's name, or null. Both become parts of paths, branches
 * and lock names, so only what is harmless everywhere passes; an id that YAML read as something else does not.
 */
export function checkIdentity(ticket: Pick<Ticket, 'id' | 'idAsWritten'>, fileName: string): string | null {
  if (/[\u0000-\u001f\u007f/\\]/.test(fileName)) {
    return `the file name ${JSON.stringify(fileName)} holds a control character or a slash; rename the file`;
  }
  if (ticket.idAsWritten !== undefined) {
    const written = JSON.stringify(ticket.idAsWritten.slice(0, 80));
    return `id is written ${written} but YAML reads ${JSON.stringify(ticket.id.slice(0, 80))}; put it in quotes on the line of its key`;
  }
  if (ticket.id === '' || isHarmless(ticket.id)) return null;
  const found = JSON.stringify(ticket.id.slice(0, 80));
  return `id is ${found}, expected up to 64 letters, digits, ".", "_" or "-" such as TASK-12; change it`;
}

function isHarmless(id: string): boolean {
  const isName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id) && !/\.\.|\.$|\.lock$/i.test(id);
  return isName && !/^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i.test(id);
}
