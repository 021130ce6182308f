import { readFileSync } from 'node:fs';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { errorCode } from '../../files/disk.ts';
import type { ProjectConfig } from './read-config.ts';
import { readProjectConfig, scalarIn } from './read-config.ts';

/** A Backlog.md project: where its tasks are, and how it wants them. Absolute paths. */
export type BacklogProject = { directory: string; configFile: string; config: ProjectConfig };

/**
 * The Backlog.md project of a root, found where Backlog.md finds it: `backlog.config.yml` in the root, `config.yml` in
 * `backlog/` or in `.backlog/`. Null when there is none: a `backlog/` without a configuration is no project.
 */
export function findProject(root: string): BacklogProject | null {
  const ofRoot = readIfThere(join(root, 'backlog.config.yml'));
  if (ofRoot !== null && scalarIn(ofRoot, 'project_name') !== '')
    return projectAt(root, {
      file: 'backlog.config.yml',
      text: ofRoot,
      named: scalarIn(ofRoot, 'backlog_directory'),
    });
  for (const folder of ['backlog', '.backlog']) {
    for (const name of ['config.yml', 'config.yaml']) {
      const file = join(folder, name);
      const text = readIfThere(join(root, file));
      if (text !== null) return projectAt(root, { file, text, named: folder });
    }
  }
  return null;
}

function projectAt(
  root: string,
  { file, text, named }: { file: string; text: string; named: string },
): BacklogProject {
  const folder = normalize(named === '' ? 'backlog' : named);
  const configFile = join(root, file);
  if (isAbsolute(folder) || folder === '.' || folder.split(sep).includes('..'))
    throw new Failure(
      'BACKLOG_MD_INVALID',
      `${configFile}: backlog_directory is ${JSON.stringify(named)}, expected a folder inside ${root}.`,
    );
  return { directory: join(root, folder), configFile, config: readProjectConfig(text) };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorCode(error))) return null;
    throw error;
  }
}
