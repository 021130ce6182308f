/** Between these the body of a pull request is ours to write anew; everything else is somebody's own. */
const begin = '<!-- ticketmill:begin -->';
const end = '<!-- ticketmill:end -->';

export function markOurPart(body: string): string {
  return `${begin}\n${body.trim()}\n${end}\n`;
}

/** A body with our part brought up to date; null when nobody can tell any more which part that is. */
export function replaceOurPart(existing: string, body: string): string | null {
  const text = existing.replaceAll('\r\n', '\n');
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from === -1 || to === -1) return null;
  return text.slice(0, from) + markOurPart(body).trimEnd() + text.slice(to + end.length);
}
