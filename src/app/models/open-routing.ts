import { asksForKey, listProviders, providerNames } from '../../config/providers.ts';
import type { Config } from '../../config/schema.ts';
import { Failure } from '../../domain/failure.ts';
import { fullName } from '../../domain/model-name.ts';
import type { RoutingSettings } from '../../domain/routing/choose-models.ts';
import type { ModelKnowledge } from '../../domain/routing/known-model.ts';
import { nothingKnown } from '../../domain/routing/known-model.ts';
import type { RoutingFigures } from '../../history/routing-figures.ts';
import { classifyTask } from '../../models/classify.ts';
import { meterChats } from '../../models/meter-chats.ts';
import type { ChatModel, Classify } from '../../ports.ts';
import { costOf, ownSettings, priceOf } from './model-settings.ts';
import type { ObserverOptions, Observers } from '../open-observers.ts';

/** What models are chosen by: the config, what history learned, and what runs now. */
export function routingSettings(
  config: Config,
  { turn, votes, models }: RoutingFigures,
  running: readonly { model: string | null }[],
): RoutingSettings {
  const { strategy, escalation, allowPaid } = config.routing;
  const atWork = new Map<string, number>();
  for (const { model } of running) if (model !== null) atWork.set(model, (atWork.get(model) ?? 0) + 1);
  const named = providerNames(config);
  const charged = new Set(
    listProviders(config)
      .filter(asksForKey)
      .map(({ name }) => name),
  );
  const knowledge = [...namesIn(config), ...Object.keys(models)].map((id): [string, ModelKnowledge] => {
    const full = fullName(id, named);
    const { profile = null } = ownSettings(config, full) ?? {};
    const price = priceOf(config, full) ?? nothingKnown.price;
    const costs = price.input > 0 || price.output > 0;
    return [
      full,
      {
        ...nothingKnown,
        ...models[full],
        profile,
        price,
        isPaid: costs || charged.has(full.split('/')[0] ?? ''),
        running: atWork.get(full) ?? 0,
      },
    ];
  });
  return {
    strategy,
    escalation,
    allowPaid,
    providers: named,
    turn,
    votes,
    knowledge: Object.fromEntries(knowledge),
  };
}

function namesIn({ ollama, models, routing }: Config): string[] {
  const { defaultModel, availableModels } = ollama;
  const named = defaultModel === undefined ? availableModels : [defaultModel, ...availableModels];
  return [...new Set([...named, ...Object.keys(models), ...routing.escalation])];
}

/** Milliseconds that a model gets to say what kind of work a ticket is. */
const patience = 60_000;

/** One question, asked once: a ticket is not held up by what is only good to know. */
export function openClassifier(
  config: Config,
  model: ChatModel,
  { observers, clock }: { observers: Pick<Observers, 'observe'>; clock: ObserverOptions['clock'] },
): Classify {
  return async ({ task, model: id, about, onSpent }, signal) => {
    const { observe } = observers;
    const costs = (named: string, usage: Parameters<typeof costOf>[2]): number =>
      costOf(config, named, usage);
    const metered = meterChats(model, { ticket: about, clock, observe, costOf: costs });
    try {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
      const chat: ChatModel['chat'] = async (request, now) => {
        const reply = await metered.chat(request, now);
        onSpent({ ...reply.usage, requests: 1, usd: costs(request.model, reply.usage) });
        return reply;
      };
      return await classifyTask({ chat }, { task, model: id }, limited);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Failure || error instanceof DOMException) return null;
      throw error;
    }
  };
}
