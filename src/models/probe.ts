import type { Probe, ProbeCheck } from '../domain/probe.ts';
import type { ModelFacts } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';
import type { HostHealth } from './model-server.ts';
import type { OllamaProvider } from './ollama.ts';

export type Trial = { ok: boolean; detail: string };

export type ProbeOptions = {
  provider: Pick<OllamaProvider, 'chat' | 'facts' | 'list' | 'loaded' | 'warmUp'> & {
    health(signal: AbortSignal): Promise<Pick<HostHealth, 'healthy' | 'version'>[]>;
  };
  clock: Clock;
  /** Window in tokens that its chats ask for, unless the model allows less. */
  contextLength: number;
  /** Whether another provider runs it: then there is nothing to load, and no server of ours to ask; no when absent. */
  isElsewhere?: boolean;
  /** Lets the model change a file of three lines, by tool calls or by edits in text. */
  tryEdit: (protocol: 'tools' | 'blocks', signal: AbortSignal) => Promise<Trial>;
  /** Whether an answer holds an edit of a file. */
  holdsEdit: (answer: string) => boolean;
};

/** Finds out what a model can do. Throws when its server fails: that says nothing about the model. */
export async function probeModel(model: string, options: ProbeOptions, signal: AbortSignal): Promise<Probe> {
  const { provider, clock, isElsewhere = false } = options;
  const facts = await provider.facts(model, signal);
  const listed = isElsewhere ? [] : await provider.list(signal);
  const servers = isElsewhere ? [] : await provider.health(signal);
  const load = isElsewhere ? noLoad : await checkLoad(facts, options, signal);
  const loads = load.outcome !== 'failed';
  const tools = loads ? await checkEdit('tools', facts, options, signal) : skipped('tools');
  const blocks = loads ? await checkEdit('blocks', facts, options, signal) : skipped('blocks');
  const plan = loads ? await checkPlan(facts, options, signal) : { check: skipped('plan'), ...noSpeed };
  const { check, ...speed } = plan;
  return {
    model: facts.id,
    digest: listed.find(({ id }) => id === facts.id)?.digest ?? null,
    version: servers.find(({ healthy }) => healthy)?.version ?? null,
    probedAt: clock.now().toISOString(),
    checks: [load, tools, blocks, check],
    ...speed,
  };
}

const noLoad: ProbeCheck = {
  name: 'load',
  outcome: 'skipped',
  detail: 'Another provider runs it, so nothing is loaded here.',
};

async function checkLoad(
  facts: ModelFacts,
  { provider, contextLength }: ProbeOptions,
  signal: AbortSignal,
): Promise<ProbeCheck> {
  const name = 'load';
  const wanted = Math.min(contextLength, facts.contextLength ?? contextLength);
  try {
    await provider.warmUp(facts.id, signal);
  } catch (error) {
    return { name, outcome: 'failed', detail: wordsOf(error, signal) };
  }
  const loaded = (await provider.loaded(signal)).find(({ id }) => id === facts.id);
  if (loaded === undefined)
    return { name, outcome: 'failed', detail: 'It was loaded, and is not in memory.' };
  const window = loaded.contextLength;
  if (window !== null && window < wanted) {
    const detail = `It has a window of ${window} tokens in memory; ${wanted} were asked for (\`ollama.contextLength\`).`;
    return { name, outcome: 'failed', detail };
  }
  const part = loaded.sizeBytes === 0 ? 1 : loaded.vramBytes / loaded.sizeBytes;
  const where = `${Math.round(100 * part)} % of it in video memory`;
  return { name, outcome: 'passed', detail: `It has a window of ${window ?? wanted} tokens, ${where}.` };
}

async function checkEdit(
  name: 'tools' | 'blocks',
  { capabilities }: ModelFacts,
  { tryEdit }: ProbeOptions,
  signal: AbortSignal,
): Promise<ProbeCheck> {
  if (name === 'tools' && !capabilities.includes('tools'))
    return { name, outcome: 'skipped', detail: 'The server says that it cannot call tools.' };
  try {
    const { ok, detail } = await tryEdit(name, signal);
    return { name, outcome: ok ? 'passed' : 'failed', detail };
  } catch (error) {
    return { name, outcome: 'failed', detail: wordsOf(error, signal) };
  }
}

type Speed = Pick<Probe, 'tokensPerSecond' | 'promptTokensPerSecond'>;

const noSpeed: Speed = { tokensPerSecond: null, promptTokensPerSecond: null };

const planQuestion = `A file greet.js has a function greet(name) that returns 'Hi ' + name.
It shall return 'Hello ' + name, and 'Hello' alone when there is no name.

Say in three to five short sentences how you would go about it. Plan only: write no code, show no file, call nothing.`;

async function checkPlan(
  { id }: ModelFacts,
  { provider, clock, holdsEdit }: ProbeOptions,
  signal: AbortSignal,
): Promise<{ check: ProbeCheck } & Speed> {
  const name = 'plan';
  const started = clock.monotonic();
  const heard: number[] = [];
  const onText = (): void => void heard.push(clock.monotonic());
  try {
    const messages = [{ role: 'user' as const, content: planQuestion }];
    const { text, usage } = await provider.chat(
      { model: id, messages, maxOutputTokens: 512, onText },
      signal,
    );
    const ended = clock.monotonic();
    const [first = ended] = heard;
    const speed = {
      tokensPerSecond: perSecond(usage.output - 1, ended - first),
      promptTokensPerSecond: perSecond(usage.input, first - started),
    };
    return { check: { name, ...judgePlan(text, holdsEdit) }, ...speed };
  } catch (error) {
    return { check: { name, outcome: 'failed', detail: wordsOf(error, signal) }, ...noSpeed };
  }
}

function judgePlan(
  text: string,
  holdsEdit: (answer: string) => boolean,
): Pick<ProbeCheck, 'outcome' | 'detail'> {
  if (text.trim() === '') return { outcome: 'failed', detail: 'Asked for a plan it said nothing.' };
  if (holdsEdit(text)) return { outcome: 'failed', detail: 'Asked for a plan alone it wrote an edit.' };
  return { outcome: 'passed', detail: 'Asked for a plan alone it gave one.' };
}

/** What is about the server, or a person's wish to stop, is no answer of the model. */
function wordsOf(error: unknown, signal: AbortSignal): string {
  signal.throwIfAborted();
  if (!(error instanceof Failure) || error.isInfrastructure) throw error;
  return error.message;
}

function perSecond(count: number, ms: number): number | null {
  return ms <= 0 || count <= 0 ? null : Math.round((count * 10_000) / ms) / 10;
}

function skipped(name: ProbeCheck['name']): ProbeCheck {
  return { name, outcome: 'skipped', detail: 'It could not be loaded.' };
}
