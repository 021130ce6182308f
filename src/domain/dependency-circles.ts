/**
 * Which nodes wait for themselves over others: Tarjan's strongly connected components, with a stack of its own, because
 * a chain of many thousand tickets would overflow the machine's.
 */

/** What each node waits for, by node; names that are no node are passed over. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

type Visit = { node: string; index: number; lowest: number; next: number };

/** The members of the circle that a node is part of, by node; nodes that are in none are left out. Linear. */
export function findCircles(dependencies: Dependencies): ReadonlyMap<string, ReadonlySet<string>> {
  const circles = new Map<string, ReadonlySet<string>>();
  const visits = new Map<string, Visit>();
  const open: string[] = [];
  // Who waits for nobody is in no circle.
  for (const [node, { length }] of dependencies) if (length > 0 && !visits.has(node)) search(node);
  return circles;

  function search(start: string): void {
    const path = [enter(start)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = dependencies.get(top.node)?.[top.next++];
      if (dependency === undefined) {
        path.pop();
        const above = path.at(-1);
        if (above !== undefined) above.lowest = Math.min(above.lowest, top.lowest);
        if (top.lowest === top.index) leave(top.node);
      } else if (dependencies.has(dependency)) {
        const seen = visits.get(dependency);
        if (seen === undefined) path.push(enter(dependency));
        else top.lowest = Math.min(top.lowest, seen.index);
      }
    }
  }

  function enter(node: string): Visit {
    const visit = { node, index: visits.size, lowest: visits.size, next: 0 };
    visits.set(node, visit);
    open.push(node);
    return visit;
  }

  /** Closes the component whose first node this is. What is closed is out of reach of later comparisons. */
  function leave(first: string): void {
    const members = new Set(open.splice(open.lastIndexOf(first)));
    for (const member of members) {
      const visit = visits.get(member);
      if (visit !== undefined) visit.index = Infinity;
    }
    const isCircle = members.size > 1 || dependencies.get(first)?.includes(first) === true;
    if (isCircle) for (const member of members) circles.set(member, members);
  }
}

/** The shortest way from a node back to itself within its circle, both ends named. */
export function wayRound(
  node: string,
  circle: ReadonlySet<string>,
  dependencies: Dependencies,
): readonly string[] {
  const ways: string[][] = [[node]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const dependency of dependencies.get(way.at(-1) ?? node) ?? []) {
      if (dependency === node) return [...way, node];
      if (!circle.has(dependency) || seen.has(dependency)) continue;
      seen.add(dependency);
      ways.push([...way, dependency]);
    }
  }
  throw new Error(`${node} is in no circle`);
}
