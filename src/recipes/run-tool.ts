import { findFormatters, findLintFixers } from './find-tools.ts';
import type { Recipe, Site } from './recipe.ts';
import { declined } from './recipe.ts';

const timeoutMs = 300_000;

export const format: Recipe = async (site, _args, signal) =>
  runOnly(site, { commands: await findFormatters(site), what: 'formatter', allowed: [0] }, signal);

/** A fixer that leaves problems which it cannot fix ends with 1. */
export const fixLint: Recipe = async (site, _args, signal) =>
  runOnly(site, { commands: await findLintFixers(site), what: 'fixer of a linter', allowed: [0, 1] }, signal);

async function runOnly(
  site: Site,
  { commands, what, allowed }: { commands: string[][]; what: string; allowed: readonly number[] },
  signal: AbortSignal,
): ReturnType<Recipe> {
  const [argv] = commands;
  if (argv === undefined) return declined(`The project has no ${what} that we know.`);
  const named = commands.map((each) => each.join(' ')).join('`, `');
  if (commands.length > 1) return declined(`The project has more than one ${what}: \`${named}\`.`);
  const { exitCode, output, timedOut } = await site.run({ argv, timeoutMs }, signal);
  if (timedOut || exitCode === null || !allowed.includes(exitCode))
    return declined(
      `\`${named}\` ${timedOut ? 'did not end in time' : `exited ${exitCode ?? 'by a signal'}`}: ${output.slice(-500)}`,
    );
  return { writes: [], summary: `Ran \`${named}\`.` };
}
