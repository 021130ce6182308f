import type { Command } from 'commander';

/** What may be typed at one place of the command line. */
export type CompletionPlace = {
  /** `service install`; empty for the beginning. */
  path: string;
  commands: Described[];
  options: (Described & { takesValue: boolean; short: string | null })[];
};

export type Described = { name: string; description: string };

/** Every place of a program, from its own table of commands. */
export function completionTable(program: Command, path = ''): CompletionPlace[] {
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  const options = [...help.visibleOptions(program), ...help.visibleGlobalOptions(program)];
  const named = new Map(
    options.flatMap((option) => {
      const { long, short = null, description, required, optional } = option;
      if (long == null) return [];
      return [[long, { name: long, short, description, takesValue: required || optional }] as const];
    }),
  );
  const place = {
    path,
    commands: commands.map((command) => ({ name: command.name(), description: command.description() })),
    options: [...named.values()],
  };
  const below = commands.filter((command) => command.name() !== 'help');
  return [place, ...below.flatMap((command) => completionTable(command, `${path} ${command.name()}`.trim()))];
}
