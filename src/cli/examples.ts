/** The end of a command's help: what people type. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ticketmill ${line}`).join('\n')}`;
}
