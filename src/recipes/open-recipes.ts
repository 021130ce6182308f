import type { RecipeName } from '../domain/fast-path/recipe-order.ts';
import { recipeModel } from '../domain/fast-path/recipe-order.ts';
import { checkPath } from '../files/safe-path.ts';
import { moveInside, readInside, writeInside } from '../files/inside.ts';
import type { Clock, CodingOutcome, RecipeJob, Recipes } from '../ports.ts';
import { addFile } from './add-file.ts';
import { addDependency, bumpDependency, removeDependency } from './dependencies.ts';
import { fixTypo } from './fix-typo.ts';
import { openSite } from './open-site.ts';
import type { Change, Recipe } from './recipe.ts';
import { replaceText } from './replace-text.ts';
import { fixLint, format } from './run-tool.ts';

/** Mechanical changes, each made in the one way in which its ticket can be read, or declined. */
export function openRecipes(clock: Pick<Clock, 'now'>): Recipes {
  return { begin: (job) => ({ work: (_feedback, signal) => carryOut(job, clock, signal) }) };
}

const recipes: Record<RecipeName, Recipe> = {
  'rename-symbol': later(async () => (await import('./rename-symbol.ts')).renameSymbol),
  'move-file': later(async () => (await import('./move-file.ts')).moveFile),
  'replace-text': replaceText,
  'fix-typo': fixTypo,
  'set-value': later(async () => (await import('./set-value.ts')).setValue),
  'add-dependency': addDependency,
  'remove-dependency': removeDependency,
  'bump-dependency': bumpDependency,
  'add-file': addFile,
  format,
  'fix-lint': fixLint,
};

/** Loaded by the first ticket that needs it: the language service alone is a third of an idle daemon's memory. */
function later(load: () => Promise<Recipe>): Recipe {
  return async (...order) => (await load())(...order);
}

const free = { usage: { input: 0, output: 0 }, requests: 0 };

async function carryOut(
  { order, workspace, onStep }: RecipeJob,
  clock: Pick<Clock, 'now'>,
  signal: AbortSignal,
): Promise<CodingOutcome> {
  const site = openSite(workspace, () => clock.now(), signal);
  const decided = await recipes[order.recipe](site, order.args, signal);
  const refused = 'declined' in decided ? decided.declined : await write(workspace.directory, decided);
  if (refused !== undefined) {
    onStep({ step: 1, action: 'declined', detail: refused });
    const reason = `${recipeModel(order)} hands it on: ${refused}`;
    return { end: 'gave-up', code: 'RECIPE_DECLINED', reason, summary: '', ...free };
  }
  const summary = 'summary' in decided ? decided.summary : '';
  onStep({ step: 1, action: order.recipe, detail: summary });
  return { end: 'finished', summary, ...free };
}

/** Why not all of it could be written; undefined when it is. */
async function write(directory: string, { moves = [], writes }: Change): Promise<string | undefined> {
  const named = [...moves.map(({ to }) => to), ...writes.map(({ path }) => path)];
  for (const path of named) {
    const checked = checkPath(path);
    if (!checked.ok) return `${path} cannot be written: ${checked.reason}`;
  }
  for (const { from, to } of moves) {
    const refusal = await moveInside(directory, from, to);
    if (refusal !== undefined) return `${from} cannot be moved to ${to}: ${refusal}`;
  }
  for (const { path, text } of writes) {
    const before = await readInside(directory, path);
    const mode = before.kind === 'text' ? { mode: before.mode } : {};
    const refusal = await writeInside(directory, path, { text, ...mode });
    if (refusal !== undefined) return `${path} cannot be written: ${refusal}`;
  }
  return undefined;
}
