import { describeFailure } from '../../domain/failure.ts';
import type { FigureSource } from '../../http/routes/figures.ts';
import type { Failures, Models } from '../../http/shapes/figures.ts';
import type { ModelFacts } from '../../domain/chat.ts';
import { ollama } from './answer-health.ts';
import type { Rooms } from '../open-rooms.ts';
import { reportCosts } from './report-costs.ts';

/** What the server tells of models, money and failures. */
export function answerFigures(rooms: Rooms): Omit<FigureSource, 'stats'> {
  const { statistics } = rooms.observers;
  return {
    costs: (since) => reportCosts(rooms, since),
    trends: (days) => statistics.trends(days),
    models: () => models(rooms),
    failures: () => failures(rooms),
  };
}

async function models(rooms: Rooms): Promise<Models> {
  const { statistics } = rooms.observers;
  const { hosts } = await ollama(rooms);
  const loaded = new Set(hosts.flatMap((host) => host.loaded));
  const facts = new Map(rooms.models.known().map((each) => [each.id, each]));
  const figures = new Map(Object.entries(statistics.summary().models));
  const latencies = new Map(Object.entries(statistics.latencies()));
  const ids = [...new Set([...facts.keys(), ...figures.keys()])].sort();
  return {
    hosts,
    models: ids.map((id) => ({
      id,
      isDefault: id === rooms.servers.defaultModel(),
      isInstalled: facts.has(id),
      isLoaded: loaded.has(id),
      ...describeModel(facts.get(id)),
      ...(figures.get(id) ?? noFigures),
      latencies: latencies.get(id) ?? [],
    })),
  };
}

type Described = 'capabilities' | 'contextLength' | 'parameterSize' | 'quantization' | 'sizeBytes';

function describeModel(facts: ModelFacts | undefined): Pick<Models['models'][number], Described> {
  return {
    capabilities: facts?.capabilities ?? [],
    contextLength: facts?.contextLength ?? null,
    parameterSize: facts?.parameterSize ?? null,
    quantization: facts?.quantization ?? null,
    sizeBytes: facts?.sizeBytes ?? null,
  };
}

const noFigures = {
  attempts: 0,
  successes: 0,
  successRate: 0,
  p50Ms: null,
  p95Ms: null,
  tokens: 0,
  costUsd: 0,
};

const mostOfGroup = 100;

async function failures({ story }: Rooms): Promise<Failures> {
  const listed = await story.store.index();
  const failed = listed.filter(({ state }) => state === 'failed').sort((a, b) => b.changedAt - a.changedAt);
  const known = failed.map((ticket) => ({ ticket, record: story.journal.byFile(ticket.file) }));
  const groups = Map.groupBy(known, ({ record }) => record?.lastError?.code ?? null);
  const described = [...groups].map(([code, tickets]) => ({
    ...(code === null ? unknownCause : { code, ...causeOf(code) }),
    count: tickets.length,
    tickets: tickets.slice(0, mostOfGroup).map(({ ticket: { id, file, title, changedAt }, record }) => ({
      id,
      file,
      title,
      message: record?.lastError?.message ?? '',
      failedAt: new Date(changedAt).toISOString(),
      attempts: record?.attempts ?? 0,
    })),
  }));
  return { groups: described.sort((a, b) => b.count - a.count) };
}

function causeOf(code: Parameters<typeof describeFailure>[0]): { errorType: string; hint: string } {
  const { errorType, hint } = describeFailure(code);
  return { errorType, hint };
}

const unknownCause = {
  code: 'UNKNOWN',
  errorType: 'internal',
  hint: 'Nothing is known of these any more; their .error.json may tell.',
};
