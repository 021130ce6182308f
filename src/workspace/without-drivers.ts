import type { Git } from './git.ts';

/** Filter and diff drivers are programs that attributes start; as `-c` values, each one that is configured is nothing. */
export async function withoutDrivers(git: Git): Promise<string[]> {
  const listed = await git.attempt([
    'config',
    '--name-only',
    '-z',
    '--get-regexp',
    '^(filter|merge|diff)\\..*\\..*$',
  ]);
  const sections = new Set(
    listed.stdout.split('\0').flatMap((name) => /^(filter\..*|diff\..*)\.[^.]*$/s.exec(name)?.[1] ?? []),
  );
  return [...sections].flatMap((section) =>
    section.startsWith('filter.')
      ? [`${section}.clean=`, `${section}.smudge=`, `${section}.process=`, `${section}.required=false`]
      : [`${section}.command=`, `${section}.textconv=`],
  );
}
