import type { ServiceSpec } from './service-spec.ts';

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/** An agent of the user's own launchd. */
export function launchdPlist({ name, command, root, env, outputFile }: ServiceSpec): string {
  const agent: Value = {
    Label: name,
    ProgramArguments: command,
    WorkingDirectory: root,
    EnvironmentVariables: env,
    RunAtLoad: true,
    // Ended by itself with 0 it was told to stop.
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 10,
    ExitTimeOut: 60,
    Umask: 0o077,
    ProcessType: 'Background',
    SoftResourceLimits: { NumberOfFiles: 65_536 },
    StandardOutPath: outputFile,
    StandardErrorPath: outputFile,
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${write(agent, '')}
</plist>
`;
}

function write(value: Value, indent: string): string {
  const inner = `${indent}  `;
  if (typeof value === 'string') return `${indent}<string>${escape(value)}</string>`;
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>`;
  if (typeof value === 'boolean') return `${indent}<${value}/>`;
  if (isList(value))
    return [`${indent}<array>`, ...value.map((each) => write(each, inner)), `${indent}</array>`].join('\n');
  const entries = Object.entries(value).flatMap(([key, each]) => [
    `${inner}<key>${escape(key)}</key>`,
    write(each, inner),
  ]);
  return [`${indent}<dict>`, ...entries, `${indent}</dict>`].join('\n');
}

function isList(value: object): value is readonly Value[] {
  return Array.isArray(value);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
