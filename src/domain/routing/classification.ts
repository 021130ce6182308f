export const categories = [
  'coding',
  'refactoring',
  'testing',
  'documentation',
  'debugging',
  'code-review',
  'general',
] as const;
export type Category = (typeof categories)[number];

export const complexities = ['low', 'medium', 'high'] as const;
export type Complexity = (typeof complexities)[number];

/** What kind of work a ticket is. `by` says how that was found; `default`: nothing told, so it counts as general. */
export type Classification = {
  category: Category;
  complexity: Complexity;
  by: 'pattern' | 'heuristics' | 'history' | 'model' | 'default';
};
