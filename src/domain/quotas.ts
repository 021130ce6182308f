import type { Candidate } from './admission.ts';

/** Tickets that may be at work at the same time, by repository and by label; what is not named has no limit. */
export type Quotas = {
  repositories: Readonly<Record<string, number>>;
  labels: Readonly<Record<string, number>>;
};

export const noQuotas: Quotas = { repositories: {}, labels: {} };

export type QuotaCount = {
  /** Why a ticket may not begin beside those that were added; null when it may. */
  objection: (candidate: Candidate) => string | null;
  add: (candidate: Candidate) => void;
};

/** Labels are compared without their case, as people write them. */
export function countQuotas(quotas: Quotas, running: readonly Candidate[]): QuotaCount {
  const limits = new Map<string, number>([
    ...Object.entries(quotas.repositories).map(([name, most]) => [`repository ${name}`, most] as const),
    ...Object.entries(quotas.labels).map(([name, most]) => [`label ${name.toLowerCase()}`, most] as const),
  ]);
  const counts = new Map<string, number>();
  const add = (candidate: Candidate): void => {
    for (const name of kindsOf(candidate)) counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  running.forEach(add);
  return {
    add,
    objection(candidate) {
      if (limits.size === 0) return null;
      const full = kindsOf(candidate).find(
        (name) => (counts.get(name) ?? 0) >= (limits.get(name) ?? Infinity),
      );
      if (full === undefined) return null;
      return `as many tickets of the ${full} are at work as \`processing.quotas\` allows (${limits.get(full) ?? 0})`;
    },
  };
}

function kindsOf({ ticket }: Candidate): string[] {
  if (ticket === null) return [];
  const labels = new Set(ticket.labels.map((label) => `label ${label.toLowerCase()}`));
  return [`repository ${ticket.repo}`, ...labels];
}
