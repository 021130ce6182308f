import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Place } from './place.ts';
import { askTicketmill, commandLine, runGit } from './place.ts';
import { projectFiles } from './project-files.ts';

/** A throw-away repository with a bare remote, and where to keep the rest of it. */
export type Project = Place & {
  /** Holds everything of the demo. */
  home: string;
  /** A program that runs `ticketmill` on this repository, for who looks around afterwards. */
  command: string;
};

/** Commits the little shop in `home`, pushes it, and lets `ticketmill init` make it ready for tickets. */
export async function makeProject(
  home: string,
  config: object,
  environment: Record<string, string | undefined>,
): Promise<Project> {
  const root = join(home, 'market-stall');
  const project = { home, root, command: join(home, 'ticketmill'), env: ownEnvironment(environment) };
  await writeAll(root, { ...projectFiles, 'config.json': `${JSON.stringify(config, null, 2)}\n` });
  await runGit(project, 'init', '-q', '-b', 'main');
  await runGit(project, 'config', 'user.name', 'A Person');
  await runGit(project, 'config', 'user.email', 'person@example.org');
  await askTicketmill(project, ['init', '--yes']);
  await runGit(project, 'add', '-A');
  await runGit(project, 'commit', '-q', '-m', 'A small shop');
  await runGit(project, 'init', '-q', '--bare', '-b', 'main', join(home, 'remote.git'));
  await runGit(project, 'remote', 'add', 'origin', join(home, 'remote.git'));
  await runGit(project, 'push', '-q', '-u', 'origin', 'main');
  await writeCommand(project);
  return project;
}

async function writeCommand({ command, root }: Project): Promise<void> {
  const quoted = [...commandLine, '--root', root].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  await writeFile(command, `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`, { mode: 0o755 });
}

/** Nothing that npm, git or an own set-up of ticketmill left in the environment shall change what is shown. */
function ownEnvironment(environment: Record<string, string | undefined>): Record<string, string> {
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || /^(?:npm_|git_|ticketmill_|ollama_|node_)/i.test(name)
      ? []
      : [[name, value] as const],
  );
  const noOwnGit = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return { ...Object.fromEntries(kept), ...noOwnGit, NO_COLOR: '1' };
}

async function writeAll(root: string, files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}
