import { priorities } from '../domain/ticket-order.ts';
import type { Criterion, Ticket } from '../domain/ticket.ts';
import { dateOf, dueDateOf, listOf, numberOf, optionalText, priorityOf, textOf } from './field-values.ts';
import { ownValue } from './wishes.ts';

type BodyField =
  | 'rawContent'
  | 'description'
  | 'implementationPlan'
  | 'implementationNotes'
  | 'finalSummary'
  | 'acceptanceCriteriaItems'
  | 'definitionOfDoneItems'
  | 'comments'
  | 'brief'
  | 'wishes'
  | 'idAsWritten';

/** What the front matter says about the ticket itself. */
export type FrontMatterFields = Omit<Ticket, BodyField>;

/** Turns YAML values into a ticket's fields as Backlog.md does; what it would lose without a word is warned about. */
export function readFields(data: Record<string, unknown>): {
  fields: FrontMatterFields;
  warnings: string[];
} {
  const get = (key: string): unknown => (Object.hasOwn(data, key) ? data[key] : undefined);
  const dueDate = dueDateOf(get('due_date'));
  const assignee = get('assignee');
  const fields = {
    id: optionalText(get('id')) ?? '',
    title: optionalText(get('title')) ?? '',
    status: optionalText(get('status')) ?? '',
    assignee: Array.isArray(assignee) || !assignee ? listOf(assignee) : [textOf(assignee)],
    reporter: optionalText(get('reporter')),
    createdDate: dateOf(get('created_date')),
    updatedDate: get('updated_date') ? dateOf(get('updated_date')) : undefined,
    dueDate: dueDate ?? undefined,
    labels: listOf(get('labels')),
    milestone: optionalText(get('milestone')),
    dependencies: listOf(get('dependencies')),
    references: listOf(get('references')),
    documentation: listOf(get('documentation')),
    modifiedFiles: listOf(get('modified_files')),
    parentTaskId: optionalText(get('parent_task_id')),
    subtasks: Array.isArray(get('subtasks')) ? listOf(get('subtasks')) : undefined,
    priority: priorityOf(get('priority')),
    type: optionalText(get('type')),
    project: optionalText(get('project')),
    ordinal: get('ordinal') === undefined ? undefined : numberOf(get('ordinal')),
    onStatusChange: optionalText(get('onStatusChange')),
  };
  const warnings = ['labels', 'dependencies', 'references', 'documentation', 'modified_files']
    .filter((key) => get(key) != null && !Array.isArray(get(key)))
    .map((key) => `${key} is ${shown(get(key))}, expected a list such as [a, b]; read as empty`);
  if (dueDate === null) {
    warnings.push(`due_date is ${shown(get('due_date'))}, expected a day such as 2026-08-10; ignored`);
  }
  const { priority } = fields;
  if (priority !== undefined && !priorities.some((known) => known === priority)) {
    warnings.push(`priority is ${shown(priority)}, expected one of ${priorities.join(', ')}; counts as none`);
  }
  return { fields: withoutUndefined(fields), warnings };
}

/** The `acceptanceCriteria` list of a front matter, for tickets whose body has no checklist. */
export function readDeclaredCriteria(data: Record<string, unknown>): Criterion[] {
  const criteria = listOf(ownValue(data, 'acceptanceCriteria')).map((text) => text.trim());
  return criteria
    .filter((text) => text !== '')
    .map((text, position) => {
      const box = /^\[([ x])\]\s+/.exec(text);
      return { index: position + 1, text: text.slice(box?.[0].length ?? 0), checked: box?.[1] === 'x' };
    });
}

function shown(value: unknown): string {
  return JSON.stringify(textOf(value).slice(0, 80));
}

type Defined<Fields> = {
  [Key in keyof Fields as undefined extends Fields[Key] ? never : Key]: Fields[Key];
} & {
  [Key in keyof Fields as undefined extends Fields[Key] ? Key : never]?: Exclude<Fields[Key], undefined>;
};

/** Drops keys whose value is undefined, so that an absent field is absent. */
export function withoutUndefined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<Fields>;
}
