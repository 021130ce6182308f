import { Failure } from '../../domain/failure.ts';
import type { FailureCode } from '../../domain/failure.ts';
import type { Trouble } from './messages.ts';
import type { ProcessFault } from './open-calls.ts';

/** A model's id and its file, for messages. */
export type AskedFile = { id: string; file: string };

/** How far a call had come when it failed. */
export type Progress = 'loading' | 'reading' | 'answering';

const noMemory =
  /out of memory|insufficient memory|not enough (v?ram|memory)|(failed|unable) to allocate|bad_alloc|too large for the available/i;

/** What ended a call, in the words that all providers share. */
export function classifyFault(
  { trouble, death }: ProcessFault,
  asked: AskedFile,
  progress: Progress,
): Failure {
  if (trouble !== null) return ofTrouble(trouble, asked);
  const { exitCode = null, signal = null, stderr = '' } = death ?? {};
  const how = signal === null ? (exitCode === null ? '' : ` with exit code ${exitCode}`) : ` by ${signal}`;
  const during = {
    loading: 'while it was loaded',
    reading: 'before its answer',
    answering: 'in the middle of its answer',
  };
  const why = signal === 'SIGKILL' ? ', as the system does where memory runs out' : '';
  const words = `its process ended${how} ${during[progress]}${why}${stderr === '' ? '' : `: ${lastLine(stderr)}`}`;
  // Loaded again at once, it would take the memory of everything else again.
  const isSquashed = signal === 'SIGKILL' && progress === 'loading';
  if (isSquashed || noMemory.test(stderr)) return failure('MODEL_OUT_OF_MEMORY', asked, words);
  return failure(progress === 'answering' ? 'MODEL_STREAM_BROKEN' : 'MODEL_UNREACHABLE', asked, words);
}

function ofTrouble(trouble: Trouble, asked: AskedFile): Failure {
  const { at, name, message, log } = trouble;
  const words = log === '' ? message : `${message} (${cause(log)})`;
  if (name === 'PromptTooLong') return failure('MODEL_CONTEXT_OVERFLOW', asked, words);
  if (name === 'InsufficientMemoryError' || noMemory.test(`${message}\n${log}`))
    return failure('MODEL_OUT_OF_MEMORY', asked, `cannot be held in memory: ${words}`);
  return failure(codesOfStages[at], asked, `${wordsOfStages[at]}: ${words}`);
}

/** A window that cannot be made, of weights that could be read, is one that the memory does not hold. */
const codesOfStages: Record<Trouble['at'], FailureCode> = {
  library: 'MODEL_LIBRARY_UNUSABLE',
  model: 'MODEL_FILE_UNUSABLE',
  context: 'MODEL_OUT_OF_MEMORY',
  chat: 'MODEL_STREAM_BROKEN',
};

const wordsOfStages: Record<Trouble['at'], string> = {
  library: 'cannot be run by node-llama-cpp',
  model: 'cannot be loaded',
  context: 'cannot be given its window',
  chat: 'broke off its answer',
};

function failure(code: FailureCode, { id, file }: AskedFile, words: string): Failure {
  return new Failure(code, `${id} (${file}): ${words}.`);
}

/** The library tells the cause first, and then at each level that something failed. */
function cause(log: string): string {
  const telling = log.split('\n').find((line) => /error loading|unknown|invalid|unable/i.test(line));
  return lastLine(telling ?? log);
}

function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').trim().replace(/\.$/, '').slice(0, 300);
}
