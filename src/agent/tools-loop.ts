import type { ChatMessage, ChatReply, ToolCall } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import { cut } from '../domain/untrusted.ts';
import { applyAnswer } from './apply-answer.ts';
import type { Bench, Method } from './bench.ts';
import { carryOutCalls } from './carry-out-calls.ts';
import { chooseFiles } from './choose-files.ts';
import { compactMessages } from './compact.ts';
import type { Ending } from './ending.ts';
import { finished, gaveUp, statedEnding } from './ending.ts';
import { hasWorked } from './hands.ts';
import { findLeakedCalls } from './leaked-calls.ts';
import { readRepository } from './read-repository.ts';
import { newStretch, type Stretch } from './stretch.ts';
import { summaryOf } from './summary.ts';
import { describeFeedback, describeTask } from './task-prompt.ts';
import { allTools } from './tools/all-tools.ts';
import * as say from './tools-prompts.ts';

const usualSteps = 40;
const faultsBeforeSwitch = 2;
const faultsInARow = 3;

const tools = allTools.map((tool) => tool.offer);
const toolBytes = Buffer.byteLength(JSON.stringify(tools));

/** A conversation in which the model calls tools, carried on from stretch to stretch. */
type Loop = {
  bench: Bench;
  conversation: ChatMessage[];
  /** Signs that this model cannot call tools, over the whole session. */
  signs: number;
  /** It has changed a file by a call: from then on words alone are no such sign. */
  hasChanged: boolean;
};

type Next = Ending | 'switch' | 'go-on';

/** Works by native tool calls. With protocol `auto` it hands over when the model shows that it cannot. */
export function openToolsLoop(bench: Bench): Method {
  const loop: Loop = { bench, conversation: [], signs: 0, hasChanged: false };
  return {
    async work(feedback, signal) {
      if (loop.conversation.length === 0) loop.conversation = await opening(bench, signal);
      if (feedback !== null) tell(loop, describeFeedback(feedback, Math.floor(bench.talk.room() * 0.3)));
      const stretch = newStretch();
      const limit = bench.job.maxSteps ?? usualSteps;
      for (let turn = 1; turn <= limit; turn += 1) {
        const next = await takeTurn(loop, stretch, signal);
        if (next !== 'go-on') return next;
      }
      return gaveUp('MODEL_LIMIT', `The model used up its ${limit} steps (\`agent.maxSteps\`).`);
    },
  };
}

async function opening({ job, talk }: Bench, signal: AbortSignal): Promise<ChatMessage[]> {
  const files = await readRepository(job.workspace.directory, signal);
  const places = { likely: chooseFiles(job.task, files), total: files.length };
  const task = describeTask(job.task, Math.floor(talk.room() * 0.4));
  return [
    { role: 'system', content: say.toolsInstruction },
    { role: 'user', content: `${task}\n\n${say.describePlaces(places)}` },
  ];
}

async function takeTurn(loop: Loop, stretch: Stretch, signal: AbortSignal): Promise<Next> {
  loop.bench.nextTurn();
  const reply = await ask(loop, stretch, signal);
  if (reply instanceof Failure) return mendRefusal(loop, stretch, reply);
  const leaked = reply.toolCalls.length > 0 ? undefined : findLeakedCalls(reply.text);
  const calls = leaked?.calls ?? reply.toolCalls;
  if (calls.length > 0) {
    stretch.empty = 0;
    const said = leaked === undefined ? reply.text : '';
    return carryOut(loop, stretch, { calls, said }, signal);
  }
  if (leaked?.broken === true) {
    loop.conversation.push({ role: 'assistant', content: cut(reply.text, 2000) });
    return unreadable(loop, stretch, 'it is no valid JSON.');
  }
  if (reply.text.trim() === '') return emptyAnswer(loop, stretch);
  return answerInWords(loop, stretch, reply, signal);
}

async function ask(loop: Loop, stretch: Stretch, signal: AbortSignal): Promise<ChatReply | Failure> {
  const { talk } = loop.bench;
  const compose = () => {
    loop.conversation = compactMessages(loop.conversation, talk.room() - toolBytes);
    const turn = { messages: [...loop.conversation], tools: [...tools] };
    return stretch.empty > 0 ? { ...turn, think: false } : turn;
  };
  try {
    return await talk.ask(compose, signal);
  } catch (error) {
    const isOurs =
      error instanceof Failure &&
      (error.code === 'MODEL_TOOLS_UNSUPPORTED' || error.code === 'MODEL_BAD_TOOL_CALL');
    if (isOurs) return error;
    throw error;
  }
}

function mendRefusal(loop: Loop, stretch: Stretch, failure: Failure): Next {
  if (failure.code === 'MODEL_BAD_TOOL_CALL') return unreadable(loop, stretch, 'the server rejected it.');
  if (loop.bench.job.protocol === 'auto') return 'switch';
  throw failure;
}

/** A call was meant and could not be read. */
function unreadable(loop: Loop, stretch: Stretch, reason: string): Next {
  loop.bench.report('unreadable call', reason);
  loop.signs += 1;
  stretch.faults += 1;
  tell(loop, say.brokenCallNudge(reason));
  return tooManyFaults(loop, stretch);
}

function tooManyFaults(loop: Loop, stretch: Stretch): Next {
  const mayTurn = loop.bench.job.protocol === 'auto';
  if (mayTurn && (loop.signs >= faultsBeforeSwitch || stretch.faults >= faultsInARow)) return 'switch';
  if (stretch.faults < faultsInARow) return 'go-on';
  return gaveUp(
    'MODEL_BAD_EDITS',
    `${faultsInARow} answers in a row held no tool call that could be carried out.`,
  );
}

function emptyAnswer(loop: Loop, stretch: Stretch): Next {
  loop.bench.report('empty answer', '');
  stretch.empty += 1;
  if (stretch.empty >= 2) return gaveUp('MODEL_EMPTY_ANSWER', 'The model answered nothing, twice in a row.');
  tell(loop, say.emptyAnswerNudge);
  return 'go-on';
}

async function carryOut(
  loop: Loop,
  stretch: Stretch,
  { calls, said }: { calls: readonly ToolCall[]; said: string },
  signal: AbortSignal,
): Promise<Next> {
  const outcome = await carryOutCalls(loop.bench, stretch, calls, signal);
  loop.conversation.push({ role: 'assistant', content: said, toolCalls: outcome.calls }, ...outcome.results);
  loop.hasChanged ||= loop.bench.hands.touched.size > 0;
  if (outcome.ending !== undefined) return outcome.ending;
  stretch.faults = outcome.understood ? 0 : stretch.faults + 1;
  return tooManyFaults({ ...loop, signs: 0 }, stretch);
}

/** Prose: edits in it are carried out; after work it is the end; before any, the model is told to call a tool. */
async function answerInWords(
  loop: Loop,
  stretch: Stretch,
  reply: ChatReply,
  signal: AbortSignal,
): Promise<Next> {
  const { bench } = loop;
  const { text } = reply;
  stretch.empty = 0;
  loop.conversation.push({ role: 'assistant', content: cut(text, Math.floor(bench.talk.room() * 0.2)) });
  bench.report('answer', text);
  const truncated = reply.finish === 'length';
  const strict = bench.hands.touched.size > 0;
  const applied = await applyAnswer(bench.hands, text, { truncated, strict }, signal);
  if (applied !== undefined && applied.failed.length > 0) {
    tell(loop, applied.report);
    stretch.faults += 1;
    return tooManyFaults({ ...loop, signs: 0 }, stretch);
  }
  if (truncated) {
    tell(loop, say.cutOffNudge);
    stretch.faults += 1;
    return tooManyFaults({ ...loop, signs: 0 }, stretch);
  }
  const stated = statedEnding(text);
  if (stated !== undefined && stated.end !== 'finished') return stated;
  const isDone = await hasWorked(bench.hands, signal);
  if (isDone && (!stretch.editFailed || stretch.nudges > 0)) return finished(summaryOf(text));
  return nudge(loop, stretch, isDone ? say.failedEditRefusal : say.callToolNudge, text);
}

function nudge(loop: Loop, stretch: Stretch, words: string, text: string): Next {
  stretch.nudges += 1;
  if (!loop.hasChanged) loop.signs += 1;
  if (loop.bench.job.protocol === 'auto' && loop.signs >= faultsBeforeSwitch) return 'switch';
  // The model insists that it is done; whether it is, the worktree tells.
  if (stretch.nudges >= faultsInARow) return finished(summaryOf(text));
  tell(loop, words);
  return 'go-on';
}

function tell(loop: Loop, content: string): void {
  loop.conversation.push({ role: 'user', content });
}
