/** Keys of Backlog.md in the order in which it writes them. */
export const backlogKeys = [
  'id',
  'title',
  'status',
  'assignee',
  'reporter',
  'created_date',
  'updated_date',
  'due_date',
  'labels',
  'milestone',
  'dependencies',
  'references',
  'documentation',
  'modified_files',
  'parent_task_id',
  'subtasks',
  'priority',
  'type',
  'project',
  'ordinal',
  'onStatusChange',
] as const;
export type BacklogKey = (typeof backlogKeys)[number];

/** Keys of our own, in camelCase; snake_case is read too. */
export const ownKeys = [
  'model',
  'suggestedModels',
  'modelPreference',
  'agent',
  'repo',
  'base',
  'checks',
  'budget',
  'review',
  'description',
  'acceptanceCriteria',
  'estimatedHours',
] as const;
export type OwnKey = (typeof ownKeys)[number];

export function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export const knownKeys: ReadonlySet<string> = new Set([
  ...backlogKeys,
  ...ownKeys,
  ...ownKeys.map(snakeCase),
]);

export const listKeys: ReadonlySet<string> = new Set([
  'assignee',
  'labels',
  'dependencies',
  'references',
  'documentation',
  'modified_files',
  'subtasks',
  'suggestedModels',
  'suggested_models',
  'checks',
  'acceptanceCriteria',
  'acceptance_criteria',
]);
