/** Mechanical changes that need no model. */
export const recipeNames = [
  'rename-symbol',
  'move-file',
  'replace-text',
  'fix-typo',
  'set-value',
  'add-dependency',
  'remove-dependency',
  'bump-dependency',
  'add-file',
  'format',
  'fix-lint',
] as const;
export type RecipeName = (typeof recipeNames)[number];

/** One mechanical change that a ticket asks for, and what makes us think so. `confidence` from 0 to 1. */
export type RecipeOrder = {
  recipe: RecipeName;
  args: Record<string, string>;
  pattern: string;
  confidence: number;
};

/** The name under which a recipe stands where a model's would. */
export function recipeModel({ recipe }: Pick<RecipeOrder, 'recipe'>): string {
  return `recipe/${recipe}`;
}
