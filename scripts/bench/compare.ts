import type { Figures } from './report.ts';

/** A ratio within one run says little about the machine, so those of two runs can be compared. */
type Ratio = { name: string; of: (figures: Partial<Figures>) => number | undefined; better: 'less' | 'more' };

const ratios: readonly Ratio[] = [
  { name: 'overhead.ratio', of: ({ overhead }) => overhead?.ratio, better: 'less' },
  { name: 'http.ratio', of: ({ http }) => http?.ratio, better: 'more' },
  {
    name: 'parallel speedup by 10 agents',
    of: ({ parallel }) => parallel?.find(({ agents }) => agents === 10)?.speedup,
    better: 'more',
  },
  {
    name: 'commands.statusMs / commands.bareNodeMs',
    of: ({ commands }) => commands && commands.statusMs / commands.bareNodeMs,
    better: 'less',
  },
  { name: 'peers.backlogCli.ratio', of: ({ peers }) => peers?.backlogCli?.ratio, better: 'more' },
  { name: 'warm.ratio', of: ({ warm }) => warm?.ratio, better: 'less' },
  { name: 'prompt.firstRequestTokens', of: ({ prompt }) => prompt?.firstRequestTokens, better: 'less' },
];

/** What a ratio may be worse by before it is more than chance on a busy machine. */
const leeway = 1.25;

/** A line for each ratio that is worse than on record; a ratio that one of them lacks is not compared. */
export function findSlower(before: Partial<Figures>, now: Partial<Figures>): string[] {
  return ratios.flatMap(({ name, of, better }) => {
    const [then, today] = [of(before), of(now)];
    if (then === undefined || today === undefined) return [];
    const worse = better === 'less' ? today / then : then / today;
    return worse <= leeway ? [] : [`${name} was ${then} and is ${today}: worse by more than a quarter.`];
  });
}
