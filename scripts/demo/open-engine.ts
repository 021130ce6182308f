import { normaliseHost } from '../../src/config/ollama-host.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import type { ModelFacts } from '../../src/domain/chat.ts';
import { chooseModel } from '../../src/domain/choose-model.ts';
import { toFailure } from '../../src/domain/failure.ts';
import { createOllama } from '../../src/models/ollama.ts';
import { startWireServer } from './ollama-wire-server.ts';
import { prepareAnswers } from './prepared-answers.ts';
import type { DemoTicket } from './tickets.ts';
import { demoTickets } from './tickets.ts';

/** What answers the tickets of the demo. */
export interface Engine extends AsyncDisposable {
  /** Null: answers were prepared, and no model takes part. */
  readonly model: string | null;
  readonly url: string;
  /** Why there is no model; empty when there is one. */
  readonly reason: string;
  /** The `ollama` section of the config. */
  readonly config: object;
  /** The model that this ticket asks for; null: it takes what is configured. */
  modelFor(ticket: DemoTicket): string | null;
}

export type EngineOptions = {
  /** Never look for a model. */
  prepared: boolean;
  /** As in OLLAMA_HOST. */
  host: string | undefined;
  signal: AbortSignal;
};

/** Smaller ones write changes that nobody wants to see in a demo. */
const fewestBillions = 3;
const contextLength = 16_384;

/** A real model when an Ollama server here has a fit one, else the bundled server with its prepared answers. */
export async function openEngine({ prepared, host, signal }: EngineOptions): Promise<Engine> {
  if (prepared) return openPrepared('They were asked for with --prepared.');
  const url = normaliseHost(host ?? '') ?? 'http://127.0.0.1:11434';
  const models = await modelsAt(url, signal);
  if (models === null) return openPrepared(`No Ollama server answers at ${url}.`);
  const model = chooseModel(models.filter(isFit));
  if (model === null)
    return openPrepared(`Ollama at ${url} has no model of ${fewestBillions} billion parameters or more.`);
  return {
    model,
    url,
    reason: '',
    config: { hosts: [url], defaultModel: model, contextLength },
    modelFor: () => null,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const preparedModels = { tools: 'ollama/prepared-answers:tools', blocks: 'ollama/prepared-answers:text' };

async function openPrepared(reason: string): Promise<Engine> {
  const server = await startWireServer({
    models: [
      { name: 'prepared-answers:tools', capabilities: ['completion', 'tools'] },
      { name: 'prepared-answers:text', capabilities: ['completion'] },
    ],
    answer: prepareAnswers(demoTickets),
  });
  const { tools, blocks } = preparedModels;
  return {
    model: null,
    url: server.url,
    reason,
    config: { hosts: [server.url], defaultModel: tools, availableModels: [tools, blocks] },
    // A ticket that names its model gets that one, and no fast path.
    modelFor: ({ protocol }) => (protocol === 'none' ? null : preparedModels[protocol]),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** Null when no server answers. */
async function modelsAt(url: string, signal: AbortSignal): Promise<ModelFacts[] | null> {
  const limits = { timeout: 5000, firstTokenTimeout: 5000, stallTimeout: 5000, healthTimeout: 3000 };
  const provider = createOllama(
    { hosts: [url], contextLength, keepAlive: '5m', connectTimeout: 2000, questionTimeout: 3000, ...limits },
    systemClock,
  );
  try {
    return await provider.list(signal);
  } catch (error) {
    signal.throwIfAborted();
    if (toFailure(error).code === 'INTERNAL') throw error;
    return null;
  } finally {
    await provider.close();
  }
}

function isFit({ parameterSize }: ModelFacts): boolean {
  const [, experts = '1', billions = '0'] = /^(?:(\d+)x)?([\d.]+)\s*B$/i.exec(parameterSize ?? '') ?? [];
  return Number(experts) * Number(billions) >= fewestBillions;
}
