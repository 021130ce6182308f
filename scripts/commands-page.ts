import { Writable } from 'node:stream';
import { createProgram } from '../src/cli/program.ts';

type Command = ReturnType<typeof createProgram>;

const opening = `# Commands

Written by \`npm run schema\` from what each command says with \`--help\`; change it there.

Exit codes: 0 done; 1 a ticket failed, or something was found; 2 bad usage or config; 3 something that is needed is not
there; 130 interrupted. With \`--json\` every command prints JSON on standard output, and a fault as \`{"error": …}\`.
Commands that change something work with a running daemon and without one.
`;

/** Wide enough for the longest sentence of an option to stand on two lines. */
const columns = 110;

/** The page about every command, as Markdown. */
export function commandsPage(): string {
  const said: string[] = [];
  const program = openProgram((text) => said.push(text));
  const helpOf = (command: Command): string => {
    said.length = 0;
    command.outputHelp();
    return said.join('').trim();
  };
  const sections = commandsBelow(program).map(
    (command) => `## ${nameOf(command)}\n\n\`\`\`\n${helpOf(command)}\n\`\`\`\n`,
  );
  return [opening, `\`\`\`\n${helpOf(program)}\n\`\`\`\n`, ...sections].join('\n');
}

/** `ticketmill models pull`, … of every command there is. */
export function commandNames(): string[] {
  return commandsBelow(openProgram(() => undefined)).map(nameOf);
}

/** By the name of a command, all the flags that it takes, long and short, those of the program among them. */
export function commandFlags(): Map<string, Set<string>> {
  const program = openProgram(() => undefined);
  const flagsOf = (command: Command) => command.options.flatMap(({ short, long }) => [short, long]);
  const flags = (command: Command) =>
    new Set([...flagsOf(program), ...flagsOf(command), '--help'].filter((flag) => flag != null));
  return new Map(commandsBelow(program).map((command) => [nameOf(command), flags(command)]));
}

function openProgram(take: (text: string) => void): Command {
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, taken) => {
      take(chunk.toString());
      taken();
    },
  });
  const shell = { stdout: stream, stderr: stream, columns: () => columns };
  return createProgram(shell, () => () => Promise.resolve());
}

function commandsBelow(command: Command): Command[] {
  return command.commands.flatMap((below) => [below, ...commandsBelow(below)]);
}

function nameOf(command: Command): string {
  const { parent } = command;
  return parent === null ? command.name() : `${nameOf(parent)} ${command.name()}`;
}
