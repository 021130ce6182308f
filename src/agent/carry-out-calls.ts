import type { ChatMessage, ToolCall } from '../domain/chat.ts';
import { cut } from '../domain/untrusted.ts';
import type { OutsideTool } from '../ports.ts';
import type { Bench } from './bench.ts';
import type { Ending } from './ending.ts';
import { gaveUp } from './ending.ts';
import { hasWorked } from './hands.ts';
import { repairCall } from './repair-call.ts';
import { allTools } from './tools/all-tools.ts';
import type { ToolResult } from './tools/tool.ts';
import { failedEditRefusal, nothingChangedRefusal, repeatWarning } from './tools-prompts.ts';
import type { Stretch } from './stretch.ts';

export type CarriedOut = {
  /** The calls as they were carried out, under our names: the model learns from what it reads of itself. */
  calls: ToolCall[];
  results: ChatMessage[];
  /** At least one call could be read. */
  understood: boolean;
  ending?: Ending;
};

const mostCalls = 16;
const failedEditsBeforeEnd = 6;
const offers = allTools.map((tool) => tool.offer);

/** Carries out the calls of one turn in their order, up to the one that ends the stretch. */
export async function carryOutCalls(
  bench: Bench,
  stretch: Stretch,
  calls: readonly ToolCall[],
  signal: AbortSignal,
): Promise<CarriedOut> {
  const done: CarriedOut = { calls: [], results: [], understood: false };
  for (const call of calls.slice(0, mostCalls)) {
    const result = await carryOut(bench, stretch, call, signal);
    done.understood ||= result.understood;
    done.calls.push(result.call);
    done.results.push(toMessage(result.call, cut(result.text, bench.hands.longestOutput())));
    if (result.ending !== undefined) return { ...done, ending: result.ending };
  }
  return done;
}

type Carried = { call: ToolCall; understood: boolean; text: string; ending?: Ending };

async function carryOut(
  bench: Bench,
  stretch: Stretch,
  given: ToolCall,
  signal: AbortSignal,
): Promise<Carried> {
  const outside = bench.outside.find(({ offer }) => offer.name === given.name);
  if (outside !== undefined) return carryOutOutside(bench, stretch, { call: given, outside }, signal);
  const repaired = repairCall(given, offers);
  if (!repaired.ok) {
    bench.report(repaired.name, 'cannot be read');
    return { call: given, understood: false, text: repaired.problem };
  }
  const { call } = repaired;
  const tool = allTools.find(({ offer }) => offer.name === call.name);
  if (tool === undefined) return { call, understood: false, text: `There is no tool "${call.name}".` };
  bench.report(call.name, tool.subject(call.arguments));
  const repeated = stretch.repeats.note(call);
  if (repeated === 'stop') return stopped(call);
  const result = await tool.use(call.arguments, bench.hands, signal);
  const ending = await judge(bench, stretch, { name: call.name, result }, signal);
  if (typeof ending === 'string') return { call, understood: true, text: ending };
  const warning = repeated === 'warn' ? `\n${repeatWarning(call.name)}` : '';
  return { call, understood: true, text: result.text + warning, ...(ending && { ending }) };
}

/** A tool of somebody else: what it says is read, and nothing that it says ends the work. */
async function carryOutOutside(
  bench: Bench,
  stretch: Stretch,
  { call, outside }: { call: ToolCall; outside: OutsideTool },
  signal: AbortSignal,
): Promise<Carried> {
  bench.report(call.name, JSON.stringify(call.arguments));
  const repeated = stretch.repeats.note(call);
  if (repeated === 'stop') return stopped(call);
  const { text } = await outside.use(call.arguments, signal);
  const warning = repeated === 'warn' ? `\n${repeatWarning(call.name)}` : '';
  return { call, understood: true, text: text + warning };
}

function stopped(call: ToolCall): Carried {
  const reason = `The model called ${call.name} five times with the same arguments and no effect.`;
  return { call, understood: true, text: reason, ending: gaveUp('MODEL_LIMIT', reason) };
}

/** Whether the result ends the stretch; a text instead of an ending is why it does not. */
async function judge(
  bench: Bench,
  stretch: Stretch,
  { name, result }: { name: string; result: ToolResult },
  signal: AbortSignal,
): Promise<Ending | string | undefined> {
  if (result.changed !== undefined) stretch.repeats.reset();
  if (name === 'edit' || name === 'write') {
    stretch.editFailed = !result.ok;
    stretch.failedEdits = result.ok ? 0 : stretch.failedEdits + 1;
    if (stretch.failedEdits >= failedEditsBeforeEnd)
      return gaveUp('MODEL_BAD_EDITS', `${failedEditsBeforeEnd} edits in a row could not be applied.`);
  }
  if (result.ending?.end !== 'finished' || stretch.doneRefused) return result.ending;
  if (stretch.editFailed) return refuse(stretch, failedEditRefusal);
  if (!(await hasWorked(bench.hands, signal))) return refuse(stretch, nothingChangedRefusal);
  return result.ending;
}

/** Once only: a model that insists is believed, and the worktree tells whether it was right. */
function refuse(stretch: Stretch, words: string): string {
  stretch.doneRefused = true;
  return words;
}

function toMessage(call: ToolCall, content: string): ChatMessage {
  const id = call.id === undefined ? {} : { toolCallId: call.id };
  return { role: 'tool', content, toolName: call.name, ...id };
}
