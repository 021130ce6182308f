import type { DescribedModel } from '../app/models/describe-models.ts';
import type { ModelFigures, StatusReport } from '../domain/command.ts';
import type { Probe, ProbeCheck } from '../domain/probe.ts';
import { whyNotAdmitted } from '../domain/probe.ts';
import { forLine } from '../domain/untrusted.ts';
import type { Paint, Tone } from './output.ts';

export function modelLines(models: readonly DescribedModel[], paint: Paint): string[] {
  if (models.length === 0) return ['The servers have no model; `ticketmill models pull NAME` fetches one.'];
  return models.flatMap((model) => {
    const { sizeBytes, contextLength, capabilities, loaded } = model;
    const facts = [
      sizeBytes === null ? '' : `${(sizeBytes / 1e9).toFixed(1)} GB`,
      contextLength === null ? '' : `window ${contextLength}`,
      forLine(capabilities.join(', '), 100),
      ...loaded.map((each) =>
        forLine(`loaded at ${each.host} with ${each.contextLength ?? 'some'} tokens`, 200),
      ),
    ];
    const known = facts.filter((fact) => fact !== '').join('  ');
    return [`${paint('strong', forLine(model.id, 100))}  ${known}`, `  ${admission(model, paint)}`];
  });
}

function admission({ probe, refused }: DescribedModel, paint: Paint): string {
  if (refused !== null) return paint('bad', `gets no tickets: ${forLine(refused, 300)}`);
  if (probe === null) return paint('dim', 'not probed yet, and so admitted');
  return paint('good', `admitted, probed ${probe.probedAt.slice(0, 10)}${speedOf(probe)}`);
}

const tones: Record<ProbeCheck['outcome'], Tone> = { passed: 'good', failed: 'bad', skipped: 'dim' };

export function probeLines(probe: Probe, isNew: boolean, paint: Paint): string[] {
  const why = whyNotAdmitted(probe);
  const when = isNew ? '' : `, as probed ${probe.probedAt.slice(0, 10)}`;
  const verdict = why === null ? paint('good', 'is admitted') : paint('bad', 'gets no tickets');
  return [
    `${paint('strong', forLine(probe.model, 100))} ${verdict}${when}${speedOf(probe)}`,
    ...probe.checks.map(
      ({ name, outcome, detail }) =>
        `  ${paint(tones[outcome], outcome.padEnd(7))}  ${name.padEnd(6)}  ${forLine(detail, 400)}`,
    ),
  ];
}

function speedOf({ tokensPerSecond, promptTokensPerSecond }: Probe): string {
  const out = tokensPerSecond === null ? '' : `, ${tokensPerSecond} tokens/s`;
  return promptTokensPerSecond === null ? out : `${out}, reads ${promptTokensPerSecond} tokens/s`;
}

type Figures = Pick<StatusReport, 'models' | 'categories' | 'cache'>;

/** Each model as a whole, below it each kind of work that it did, and last what kept answers spared. */
export function figureLines({ models, categories, cache }: Figures): string[] {
  const entries = Object.entries(models);
  if (entries.length === 0) return ['No model has been asked yet.'];
  const lines = entries.flatMap(([id, figures]) => [
    figureLine(id, figures),
    ...categories
      .filter(({ model }) => model === id)
      .map((figuresOfKind) => `  ${figureLine(figuresOfKind.category, figuresOfKind)}`),
  ]);
  return cache.asked === 0 ? lines : [...lines, cacheLine(cache)];
}

function figureLine(
  name: string,
  { attempts, successes, tokens, costUsd, p50Ms, p95Ms }: ModelFigures,
): string {
  const share = `(${Math.round((100 * successes) / attempts)} %)`;
  const rate = attempts === 0 ? 'no run ended' : `${successes} of ${attempts} runs succeeded ${share}`;
  const slow =
    p50Ms == null
      ? ''
      : `, half of the calls take ${seconds(p50Ms)} at most, 95 % ${seconds(p95Ms ?? p50Ms)}`;
  return forLine(`${name}  ${rate}, ${tokens} tokens, ${costUsd.toFixed(2)} USD${slow}`, 300);
}

function cacheLine({ asked, hits, hitRate, savedInput, savedOutput }: Figures['cache']): string {
  const spared = `${savedInput + savedOutput} tokens spared`;
  return `kept answers  given to ${hits} of ${asked} requests (${Math.round(100 * hitRate)} %), ${spared}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
