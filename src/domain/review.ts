import type { TokenUsage } from './chat.ts';

export const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
export type Severity = (typeof severities)[number];

export const findingCategories = ['security', 'bugs', 'performance', 'style'] as const;
export type FindingCategory = (typeof findingCategories)[number];

/** One remark of the reviewer; `line` counts from 1 in the new file, 0 when it concerns the file as a whole. */
export type Finding = {
  severity: Severity;
  category: FindingCategory;
  file: string;
  line: number;
  message: string;
  suggestion?: string;
};

/** What a reviewer said of exactly one tree. */
export type Verdict = {
  tree: string;
  model: string;
  summary: string;
  findings: Finding[];
  usage: TokenUsage;
  /** How many times a model was asked for it. */
  requests: number;
  /** Why its findings are advice and stop nothing; absent for a reviewer that may veto. */
  advisory?: string;
};

export const strictnesses = ['low', 'medium', 'high'] as const;
export type Strictness = (typeof strictnesses)[number];

export type ReviewPolicy = {
  strictness: Strictness;
  blockOnCritical: boolean;
  onBlock: 'fix' | 'comment' | 'hold';
  /** How often findings go back to the coder before a person decides. */
  maxRounds: number;
};

export type ReviewDecision = { action: 'publish' | 'revise' | 'hold'; blocking: Finding[] };

export const blockingSeverities: Record<Strictness, readonly Severity[]> = {
  low: ['CRITICAL'],
  medium: ['CRITICAL', 'HIGH'],
  high: ['CRITICAL', 'HIGH', 'MEDIUM'],
};

/**
 * What a verdict means under a policy. `round` counts the revisions made so far. When the coder has used its rounds
 * up, a critical finding is for a person to decide and everything else goes into the pull request as comments. Advice
 * goes there whatever it says.
 */
export function decideReview(verdict: Verdict, policy: ReviewPolicy, round: number): ReviewDecision {
  if (verdict.advisory !== undefined) return { action: 'publish', blocking: [] };
  const blocking = verdict.findings.filter(
    (finding) =>
      blockingSeverities[policy.strictness].includes(finding.severity) &&
      (finding.severity !== 'CRITICAL' || policy.blockOnCritical),
  );
  if (blocking.length === 0) return { action: 'publish', blocking };
  switch (policy.onBlock) {
    case 'comment':
      return { action: 'publish', blocking };
    case 'hold':
      return { action: 'hold', blocking };
    case 'fix':
      if (round < policy.maxRounds) return { action: 'revise', blocking };
      return {
        action: blocking.some((finding) => finding.severity === 'CRITICAL') ? 'hold' : 'publish',
        blocking,
      };
  }
}
