/** load: with our window · tools, blocks: a well-formed edit in that protocol · plan: words alone when told so. */
export const probeChecks = ['load', 'tools', 'blocks', 'plan'] as const;

export type ProbeCheck = {
  name: (typeof probeChecks)[number];
  outcome: 'passed' | 'failed' | 'skipped';
  /** What was seen, in a sentence without a line break. */
  detail: string;
};

/** What a model showed before it was given tickets. It counts for these very weights on this version of the server. */
export type Probe = {
  model: string;
  digest: string | null;
  version: string | null;
  /** ISO 8601. */
  probedAt: string;
  checks: ProbeCheck[];
  /** Of an answer as it comes, and of a prompt as it is read; null when too little came to tell. */
  tokensPerSecond: number | null;
  promptTokensPerSecond: number | null;
};

/** Why a model gets no tickets; null when it does. Whoever cannot write an edit in either protocol cannot do the work. */
export function whyNotAdmitted({ checks }: Probe): string | null {
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  const cannotLoad = failed.find(({ name }) => name === 'load');
  if (cannotLoad !== undefined) return cannotLoad.detail;
  const isEdit = ({ name }: ProbeCheck): boolean => name === 'tools' || name === 'blocks';
  if (checks.some((check) => isEdit(check) && check.outcome === 'passed')) return null;
  return failed
    .filter(isEdit)
    .map(({ detail }) => detail)
    .join(' ');
}
