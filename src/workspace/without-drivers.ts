import type { GitSetting } from './git-settings.ts';

/** Filter and diff drivers are programs that attributes start; as `-c` values, each one that is configured is nothing. */
export function withoutDrivers(settings: readonly GitSetting[]): string[] {
  const sections = new Set(
    settings.flatMap(({ key }) => /^((?:filter|diff)\..*)\.[^.]*$/s.exec(key)?.[1] ?? []),
  );
  return [...sections].flatMap((section) =>
    section.startsWith('filter.')
      ? [`${section}.clean=`, `${section}.smudge=`, `${section}.process=`, `${section}.required=false`]
      : [`${section}.command=`, `${section}.textconv=`],
  );
}
