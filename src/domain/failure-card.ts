import type { CapturedTree } from './change.ts';
import type { Failure } from './failure.ts';
import { cut, forLine } from './untrusted.ts';

/** What is told of a failed try. `feedback`: what was last wrong with its change, as its maker was told. */
export type FailedTry = {
  model: string;
  failure: Failure;
  feedback: string | null;
  change: CapturedTree | null;
};

const room = { feedback: 1400, diff: 1600, files: 10 };

/** One page for whoever goes on, in place of a transcript that would fill its window and lead it the same way. */
export function writeFailureCard({ model, failure, feedback, change }: FailedTry): string {
  const files = change?.files ?? [];
  const named = files.slice(0, room.files).map(({ path, status }) => `- ${forLine(path, 200)} (${status})`);
  const more = files.length > room.files ? [`- and ${files.length - room.files} more`] : [];
  const parts = [
    `An earlier try at this task, by ${forLine(model, 100)}, failed. All of it was taken back: the files are as they were at first. Do it in another way.`,
    `Why it failed: ${forLine(failure.message, 500)} (${failure.code})`,
    files.length === 0 ? 'It changed no file.' : ['It had changed:', ...named, ...more].join('\n'),
    feedback === null ? '' : `What was last wrong with its change:\n${cut(feedback, room.feedback)}`,
    files.length === 0 || change === null
      ? ''
      : `Its change began like this:\n${cut(change.diff, room.diff)}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}
