import { cut, fence, showHidden } from '../domain/untrusted.ts';
import type { KnownFile } from './choose-files.ts';

/** What a project says to whoever works on it, by file. */
export type Instructions = readonly { path: string; text: string }[];

const names = ['AGENTS.md', 'CONTRIBUTING.md', '.github/CONTRIBUTING.md'];
const leastShown = 200;

/** The instructions of a repository as it is before any edit: what a model writes there guides nobody in this run. */
export function findInstructions(repository: readonly KnownFile[]): Instructions {
  return names.flatMap((path) => {
    const text = repository.find((file) => file.path === path)?.text?.trim() ?? '';
    return text === '' ? [] : [{ path, text }];
  });
}

/** As data, in at most about `room` characters; what is missing is said. False when there is nothing to say. */
export function describeInstructions(instructions: Instructions, room: number): string | false {
  const parts: string[] = [];
  let left = room;
  for (const { path, text } of instructions) {
    if (left < leastShown) break;
    const shown = cut(showHidden(text), left);
    parts.push(`${path} of this project, on how its code is written:\n${fence(shown)}`);
    left -= shown.length;
  }
  return parts.length > 0 && parts.join('\n\n');
}
