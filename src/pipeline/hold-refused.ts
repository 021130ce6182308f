import type { CapturedTree, Change, Remark } from '../domain/change.ts';
import { Failure } from '../domain/failure.ts';
import { isRefusalCode } from '../domain/refusal-code.ts';
import type { Made } from '../domain/run.ts';
import type { Inspection, Refusal, Workspace } from '../ports.ts';
import type { Bench } from './bench.ts';

/** Refusals that a message names by their place; a change that has more is no better known by them. */
const mostNamed = 5;

/** What failed because of the guards waits for a person, where the config has it so and a person may decide. */
export function holdRefused({ order, refused }: Bench, made: Made): Made {
  if (order.plan.onRefusal !== 'hold' || made.kind !== 'failed' || refused === undefined) return made;
  const { failure, spent, model, tried } = made;
  if (!isRefusalCode(failure.code) || made.change?.tree !== refused.tree) return made;
  const trail = {
    spent,
    ...(model === undefined ? {} : { model }),
    ...(tried === undefined ? {} : { tried }),
  };
  return { ...trail, kind: 'hold', change: refused, code: failure.code, reason: failure.message };
}

/** A change as it would be held: nobody reviewed it, and what the guards have against it is part of what is told of it. */
export function refusedChange(
  { model }: Bench,
  { base }: Pick<Workspace, 'base'>,
  look: Pick<Change, 'checks'> & Inspection & { captured: CapturedTree; outcome: { summary: string } },
): Change {
  const { captured, checks, outcome, refusals, remarks } = look;
  const told = refusals.map(({ code, path, line, reason }): Remark => ({
    path,
    line,
    text: `refused (${code}): ${reason}`,
  }));
  const { summary } = outcome;
  return { ...captured, base, checks, remarks: [...told, ...remarks], verdict: null, model, summary };
}

/** The first refusal with all that it says, and where the others are. */
export function refusalFailure(refusals: readonly Refusal[]): Failure {
  const [first, ...others] = refusals;
  if (first === undefined) return new Failure('INTERNAL', 'The guards refused a change and named nothing.');
  const named = others.slice(0, mostNamed).map((refusal) => `${placeOf(refusal)} (${refusal.code})`);
  const unnamed = others.length > mostNamed ? [`${others.length - mostNamed} more`] : [];
  const more = others.length === 0 ? '' : `; also: ${[...named, ...unnamed].join(', ')}`;
  return new Failure(first.code, `${placeOf(first)}: ${first.reason}${more}`);
}

function placeOf({ path, line }: Refusal): string {
  return line > 0 ? `${path}:${line}` : path;
}
