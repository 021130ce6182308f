/** Whether a base name in a ticket folder can be a ticket's; what editors and writers leave beside it cannot. */
export function isTicketName(name: string): boolean {
  return /\.md$/i.test(name) && !name.startsWith('.') && !name.endsWith('~');
}

/** The name to try when the first `number - 1` are taken: `a.md`, `a-2.md`, `a-3.md`. */
export function numberedName(name: string, number: number): string {
  return number === 1 ? name : name.replace(/(\.md)$/i, `-${number}$1`);
}

/** The companion of a failed ticket: `a.md` -> `a.error.json`. */
export function errorReportName(name: string): string {
  return name.replace(/\.md$/i, '').concat('.error.json');
}
