import type { Command } from 'commander';

/** Options that every command takes, before or behind its name. */
export type GlobalOptions = {
  root?: string;
  config?: string;
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  /** False with --no-color. */
  color?: boolean;
};

export function declareGlobalOptions(program: Command): void {
  program
    .option('--root <dir>', 'the folder that holds config.json (default: the current one)')
    .option('--config <file>', 'another config file')
    .option('--json', 'output for machines, on standard output only')
    .option('--quiet', 'results and errors alone')
    .option('--verbose', 'more about what happens, and where an error came from')
    .option('--no-color', 'no colours');
}

/** As far as they can be told before the command line is parsed: it may be unparsable, and must be refused in the form asked for. */
export function guessGlobalOptions(argv: readonly string[]): GlobalOptions {
  const end = argv.indexOf('--');
  const options = end === -1 ? argv : argv.slice(0, end);
  return {
    json: options.includes('--json'),
    quiet: options.includes('--quiet'),
    verbose: options.includes('--verbose'),
    color: !options.includes('--no-color'),
  };
}
