import type { ChatMessage, ChatReply, ToolCall } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import { cut, showHidden } from '../domain/untrusted.ts';
import { answerInWords } from './answer-in-words.ts';
import type { Bench, Method } from './bench.ts';
import { carryOutCalls } from './carry-out-calls.ts';
import { compactMessages } from './compact.ts';
import { gaveUp } from './ending.ts';
import { findLeakedCalls } from './leaked-calls.ts';
import { drawMap } from './map/draw-map.ts';
import { describeInstructions } from './project-instructions.ts';
import { judgeFaults, newStretch, tell, type Stretch, type ToolsLoop, type ToolsNext } from './stretch.ts';
import { describeFeedback, describeTask } from './task-prompt.ts';
import { allTools } from './tools/all-tools.ts';
import * as say from './tools-prompts.ts';

const usualSteps = 40;
/** Characters of the map: a model with tools looks for itself, and every request carries it. */
const mostMapped = 1500;

/** Works by native tool calls. With protocol `auto` it hands over when the model shows that it cannot. */
export function openToolsLoop(bench: Bench): Method {
  const loop: ToolsLoop = { bench, conversation: [], signs: 0, hasChanged: false };
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

async function opening({ job, talk, survey }: Bench, signal: AbortSignal): Promise<ChatMessage[]> {
  const { files, map, instructions } = await survey(signal);
  const room = talk.room();
  const drawn = showHidden(drawMap(map, Math.min(mostMapped, Math.floor(room * 0.05))));
  const parts = [
    describeTask(job.task, Math.floor(room * 0.4)),
    describeInstructions(instructions, Math.floor(room * 0.08)),
    say.describePlaces({ total: files.length, map: drawn }),
  ];
  return [
    { role: 'system', content: say.toolsInstruction + (job.split === true ? say.splitRule : '') },
    { role: 'user', content: parts.filter((part) => part !== false).join('\n\n') },
  ];
}

async function takeTurn(loop: ToolsLoop, stretch: Stretch, signal: AbortSignal): Promise<ToolsNext> {
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

async function ask(loop: ToolsLoop, stretch: Stretch, signal: AbortSignal): Promise<ChatReply | Failure> {
  const { talk, outside } = loop.bench;
  const tools = [...allTools, ...outside].map(({ offer }) => offer);
  const toolBytes = Buffer.byteLength(JSON.stringify(tools));
  const compose = () => {
    loop.conversation = compactMessages(loop.conversation, talk.room() - toolBytes);
    const turn = { messages: [...loop.conversation], tools };
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

function mendRefusal(loop: ToolsLoop, stretch: Stretch, failure: Failure): ToolsNext {
  if (failure.code === 'MODEL_BAD_TOOL_CALL') return unreadable(loop, stretch, 'the server rejected it.');
  if (loop.bench.job.protocol === 'auto') return 'switch';
  throw failure;
}

/** A call was meant and could not be read. */
function unreadable(loop: ToolsLoop, stretch: Stretch, reason: string): ToolsNext {
  loop.bench.report('unreadable call', reason);
  loop.signs += 1;
  stretch.faults += 1;
  tell(loop, say.brokenCallNudge(reason));
  return judgeFaults(loop, stretch);
}

function emptyAnswer(loop: ToolsLoop, stretch: Stretch): ToolsNext {
  loop.bench.report('empty answer', '');
  stretch.empty += 1;
  if (stretch.empty >= 2) return gaveUp('MODEL_EMPTY_ANSWER', 'The model answered nothing, twice in a row.');
  tell(loop, say.emptyAnswerNudge);
  return 'go-on';
}

async function carryOut(
  loop: ToolsLoop,
  stretch: Stretch,
  { calls, said }: { calls: readonly ToolCall[]; said: string },
  signal: AbortSignal,
): Promise<ToolsNext> {
  const outcome = await carryOutCalls(loop.bench, stretch, calls, signal);
  loop.conversation.push({ role: 'assistant', content: said, toolCalls: outcome.calls }, ...outcome.results);
  loop.hasChanged ||= loop.bench.hands.touched.size > 0;
  if (outcome.ending !== undefined) return outcome.ending;
  stretch.faults = outcome.understood ? 0 : stretch.faults + 1;
  return judgeFaults(loop, stretch);
}
