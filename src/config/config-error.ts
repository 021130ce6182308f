/** One mistake in the config, in the words that a person reads. */
export type Fault = {
  /** The key as it was written, such as `ollama.timeout`, or the name of a file. */
  path: string;
  /** File, line and column, or a variable; null for a default. */
  place: string | null;
  found: string;
  expected: string;
  advice: string;
};

/** The config can't be used. Its message lists every fault, one a line. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[];
  readonly warnings: readonly string[];

  constructor(faults: readonly Fault[], warnings: readonly string[] = []) {
    super(
      `The config has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map(line).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.faults = faults;
    this.warnings = warnings;
  }
}

/** A value for a message: short, and without a name and password that a URL may hold. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const shown = hideLogins(JSON.stringify(value));
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}

export function hideLogins(text: string): string {
  return text.replace(/\/\/[^/@\s"]*@/g, '//***@');
}

function line({ path, place, found, expected, advice }: Fault): string {
  return `  ${path}${place === null ? '' : ` (${place})`}: found ${found}, expected ${expected}; ${advice}.`;
}
