import type { CliContext, CliTemplate } from './cli-template.ts';

/** A command of the user's own: what stands in braces is put in, and no shell takes part. */
export type OwnCommand = {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  promptVia: 'arg' | 'stdin' | 'file';
  minContext: number;
};

export function ownTemplate({ command, env, promptVia, minContext }: OwnCommand): CliTemplate {
  const [bin = '', ...args] = command;
  return {
    bin,
    versionArgs: ['--version'],
    args: (context) => args.map((argument) => fill(argument, context)),
    env: (context) =>
      Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value, context)])),
    promptVia,
    reads: 'text',
    minContext,
    endpoint: 'openai',
    trustsProject: true,
    litter: [],
  };
}

type Word = 'prompt' | 'promptFile' | 'cwd' | 'model' | 'baseUrl';

function fill(text: string, context: CliContext): string {
  return text.replace(
    /\{(prompt|promptFile|cwd|model|baseUrl)\}/g,
    (_whole, name: string) => context[name as Word],
  );
}
