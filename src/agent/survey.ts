import type { Task } from '../domain/run.ts';
import { chooseFiles, identifiersOf, type KnownFile } from './choose-files.ts';
import { mapRepository, type RepoMap } from './map/map-repository.ts';
import { findInstructions, type Instructions } from './project-instructions.ts';
import { readRepository } from './read-repository.ts';

/** What a coder knows of a repository before its first edit. */
export type Survey = { files: readonly KnownFile[]; map: RepoMap; instructions: Instructions };

export async function surveyRepository(directory: string, task: Task, signal: AbortSignal): Promise<Survey> {
  const files = await readRepository(directory, signal);
  const names = identifiersOf([task.title, task.brief, ...task.criteria, task.notes].join('\n'));
  const map = await mapRepository(files, { likely: chooseFiles(task, files), names }, signal);
  return { files, map, instructions: findInstructions(files) };
}
