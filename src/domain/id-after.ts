/**
 * An id as it stands behind a text: where that ends with the id's own prefix (`task-{id}`, `[Task {id}]` and `TASK-12`),
 * what follows the prefix alone, so that formats of the earlier processor, whose ids were bare numbers, say nothing twice.
 */
export function idAfter(before: string, id: string): string {
  const [, prefix = '', rest = ''] = /^([a-z]+)-(.+)$/i.exec(id) ?? [];
  if (prefix === '') return id;
  return new RegExp(`(^|[^a-z])${prefix}[-_ ]?#?$`, 'i').test(before) ? rest : id;
}
