import type { ComponentChildren, JSX } from 'preact';
import { h } from 'preact';
import type { CircuitState } from '../../../../domain/circuit.ts';
import type { Models as ModelsAnswer } from '../../../shapes/figures.ts';
import { amount, bytes, duration, percent, plain, usd } from '../format.ts';
import type { Tone } from '../parts/badge.ts';
import { Badge } from '../parts/badge.ts';
import { Empty, whenKnown } from '../parts/notice.ts';
import { useResource } from '../resource.ts';
import { Histogram } from './histogram.ts';
import { recommendModel } from './recommend-model.ts';

type Host = ModelsAnswer['hosts'][number];
type Model = ModelsAnswer['models'][number];

const lookMs = 10_000;
const changing = [
  'circuit:changed',
  'models:changed',
  'ticket:settled',
  'daemon:degraded',
  'daemon:recovered',
];

export function Models(): JSX.Element {
  const models = useResource<ModelsAnswer>('/api/models', {
    on: ({ type }) => changing.includes(type),
    everyMs: lookMs,
  });
  return h(
    'div',
    { class: 'page' },
    h('header', { class: 'page-head' }, h('h1', null, 'Models')),
    whenKnown(models, ({ hosts, models: known }) =>
      h(
        'div',
        null,
        h(
          'section',
          { 'aria-label': 'Model servers', class: 'hosts' },
          hosts.map((host) => h(HostCard, { key: host.url, host })),
        ),
        h(Recommendation, { models: known }),
        known.length === 0
          ? h(Empty, { title: 'No model yet' }, 'Pull one: ', h('code', null, 'ollama pull qwen2.5-coder:7b'))
          : h(
              'section',
              { 'aria-label': 'Models', class: 'models' },
              inUse(known).map((model) => h(ModelCard, { key: model.id, model })),
            ),
      ),
    ),
  );
}

/** The default first, then those that did most. */
function inUse(models: readonly Model[]): Model[] {
  const rank = ({ isDefault, attempts }: Model): number => (isDefault ? Infinity : attempts);
  return models.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
}

const circuitTones: Record<CircuitState, Tone> = { CLOSED: 'good', HALF_OPEN: 'warn', OPEN: 'bad' };
const circuitWords: Record<CircuitState, string> = {
  CLOSED: 'Circuit closed',
  HALF_OPEN: 'Circuit half open',
  OPEN: 'Circuit open',
};

function HostCard({ host }: { host: Host }): JSX.Element {
  const { url, healthy, version, latencyMs, circuit, loaded } = host;
  return h(
    'article',
    { class: 'panel' },
    h(
      'header',
      { class: 'panel-head' },
      h('h2', null, h('code', null, plain(url))),
      h(Badge, { tone: healthy ? 'good' : 'bad', text: healthy ? 'Answers' : 'Silent' }),
      h(Badge, { tone: circuitTones[circuit.state], text: circuitWords[circuit.state] }),
    ),
    h(
      'dl',
      { class: 'pairs' },
      pair('Version', version ?? '–'),
      pair('Answers in', latencyMs === null ? '–' : duration(latencyMs)),
      pair('Failures in a row', circuit.failures),
      pair('In memory', loaded.length === 0 ? 'none' : plain(loaded.join(', '))),
      circuit.nextAttemptAt === null
        ? null
        : pair('Next try', new Date(circuit.nextAttemptAt).toLocaleTimeString()),
    ),
  );
}

function Recommendation({ models }: { models: readonly Model[] }): JSX.Element | null {
  const best = recommendModel(models);
  const current = models.find(({ isDefault }) => isDefault);
  if (best === null) return null;
  const figures = `${percent(best.successes / best.attempts)} of ${best.attempts} runs succeeded`;
  return h(
    'p',
    { class: 'recommendation' },
    h('strong', null, best.id === current?.id ? 'Keep ' : 'Recommended: '),
    h('code', null, plain(best.id)),
    ` · ${figures}`,
    best.p50Ms === null ? '' : `, half of its answers within ${duration(best.p50Ms)}`,
    best.id === current?.id ? '. It is the default.' : '. Set it as ollama.defaultModel.',
  );
}

function ModelCard({ model }: { model: Model }): JSX.Element {
  const { id, isDefault, isLoaded, isInstalled, attempts, successRate, latencies } = model;
  return h(
    'article',
    { class: 'panel model' },
    h(
      'header',
      { class: 'panel-head' },
      h('h2', null, h('code', null, plain(id))),
      isDefault ? h(Badge, { tone: 'accent', text: 'Default' }) : null,
      isLoaded ? h(Badge, { tone: 'good', text: 'In memory' }) : null,
      isInstalled ? null : h(Badge, { tone: 'calm', text: 'Not there' }),
    ),
    h('p', { class: 'muted' }, plain(describe(model))),
    h(
      'div',
      { class: 'model-figures' },
      h(
        'div',
        null,
        h('p', { class: 'figure' }, attempts === 0 ? '–' : percent(successRate)),
        h('p', { class: 'muted' }, attempts === 0 ? 'no run yet' : `of ${attempts} runs succeeded`),
        h('meter', { min: 0, max: 1, value: successRate, 'aria-label': `Success rate of ${plain(id)}` }),
      ),
      h(Histogram, { bands: latencies, name: plain(id) }),
    ),
    h(
      'dl',
      { class: 'pairs' },
      pair('Median answer', model.p50Ms === null ? '–' : duration(model.p50Ms)),
      pair('95 % within', model.p95Ms === null ? '–' : duration(model.p95Ms)),
      pair('Tokens', amount(model.tokens)),
      pair('Cost', usd(model.costUsd)),
    ),
  );
}

function describe({ parameterSize, quantization, contextLength, sizeBytes, capabilities }: Model): string {
  const parts = [
    parameterSize,
    quantization,
    contextLength === null ? null : `${amount(contextLength)} context`,
    sizeBytes === null ? null : bytes(sizeBytes),
    capabilities.length === 0 ? null : capabilities.join(', '),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

function pair(name: string, value: ComponentChildren): JSX.Element {
  return h('div', { key: name }, h('dt', null, name), h('dd', null, value));
}
