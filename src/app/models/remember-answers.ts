import type { Config } from '../../config/schema.ts';
import type { ChatRequest } from '../../domain/chat.ts';
import type { Observe } from '../../domain/event.ts';
import { openDatabase } from '../../history/database.ts';
import { answerMigrations, openAnswers } from '../../history/answer-store.ts';
import type { Answers } from '../../history/answer-store.ts';
import { recallAnswers } from '../../models/recall-answers.ts';
import type { RecallingModel } from '../../models/recall-answers.ts';
import type { OllamaProvider } from '../../models/ollama.ts';
import { ticketOf } from '../../pipeline/bench.ts';
import type { ChangeOrder, ChatModel, Clock, CodingJob } from '../../ports.ts';
import { ownSettings, withTemperature } from './model-settings.ts';

/** Where answers are kept. */
export function answersFile({ state }: { state: string }): string {
  return `${state}/answers.db`;
}

/** The kept answers; null where the config keeps none. */
export function openAnswerStore(
  { cache }: Config,
  file: string,
  { clock, redact }: { clock: Clock; redact: (text: string) => string },
): Answers | null {
  const { enabled, ttl, maxEntries } = cache;
  if (!enabled || ttl === 0 || maxEntries === 0) return null;
  const now = (): Date => clock.now();
  const database = openDatabase({ file, migrations: answerMigrations, now });
  return openAnswers({ database, now, ttlSeconds: ttl, maxEntries, redact });
}

export type Remembering = {
  config: Config;
  provider: Pick<OllamaProvider, 'digest'>;
  answers: Answers | null;
  observe: Observe;
};

/** The model of one run's coder, which is not asked again what it was asked before. */
export type RememberingModel = {
  for(job: Pick<CodingJob, 'workspace'>): ChatModel;
  /** The run has failed: what its answers led to must not be led to again. */
  forget(): void;
};

export function rememberAnswers(model: ChatModel, order: ChangeOrder, parts: Remembering): RememberingModel {
  const { config, answers, provider, observe } = parts;
  const opened: RecallingModel[] = [];
  const tell = ({ model: id }: ChatRequest): void =>
    observe({
      type: 'model:called',
      ...ticketOf(order),
      model: id,
      outcome: 'cached',
      elapsedMs: 0,
      usage: { input: 0, output: 0 },
      usd: 0,
    });
  return {
    for({ workspace }) {
      if (answers === null) return model;
      const recalling = recallAnswers(model, {
        store: answers,
        digestOf: (id) => provider.digest(id),
        windowOf: (id) => ownSettings(config, id)?.contextLength ?? config.ollama.contextLength,
        base: () => workspace.base.sha,
        onRecalled: tell,
      });
      opened.push(recalling);
      // Whether chance plays a part shows only in the temperature that is really asked for.
      return withTemperature(recalling, config);
    },
    forget: () => opened.forEach((each) => each.forget()),
  };
}
