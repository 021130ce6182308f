import type { Base } from './change.ts';
import type { ChatReply, ModelFacts } from './chat.ts';
import type { FailureCode } from './failure.ts';
import type { Mode, Protocol, Task } from './run.ts';

/**
 * What the transcript of a run keeps of its coding, in the order in which it happened: enough to do it again without
 * any model. `prompt` is a hash of what the model was sent, so that the first difference can be named.
 */
export type Recorded =
  | ({ type: 'coding:begun'; base: Base } & RecordedJob)
  | { type: 'coding:facts'; facts: ModelFacts }
  | { type: 'coding:asked'; feedback: string | null }
  | { type: 'coding:reply'; prompt: string; reply: ChatReply }
  | { type: 'coding:refused'; prompt: string; code: FailureCode; message: string };

export type RecordedJob = {
  task: Task;
  model: string;
  protocol: Protocol;
  maxSteps: number | null;
  split?: boolean;
  contextLength: number;
  mode: Mode;
  planner: { model: string; contextLength: number } | null;
};
