/** A written config, or part of one, before it is validated. */
export type Tree = { [key: string]: unknown };

/** Keys from the top; numbers are places in lists. */
export type Path = readonly (string | number)[];

/** Without a prototype, so that a key such as `__proto__` is a key like any other. */
export function emptyTree(): Tree {
  return Object.create(null) as Tree;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function hasPath(tree: unknown, path: Path): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  return child(tree, key) !== undefined && hasPath(child(tree, key), rest);
}

export function getPath(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => child(value, key), tree);
}

/** A copy in which `path`, made of names alone, holds `value`. */
export function withPath(tree: Tree, path: readonly string[], value: unknown): Tree {
  const [key, ...rest] = path;
  if (key === undefined) return tree;
  const copy = Object.assign(emptyTree(), tree);
  const below = copy[key];
  copy[key] = rest.length === 0 ? value : withPath(isTree(below) ? below : emptyTree(), rest, value);
  return copy;
}

/** A copy without what `path` leads to. An entry of a list takes the whole list with it. */
export function withoutPath(tree: Tree, path: Path): Tree {
  const [key, next] = path;
  if (key === undefined || !hasPath(tree, path)) return tree;
  const copy = Object.assign(emptyTree(), tree);
  const below = copy[key];
  if (typeof next === 'string' && isTree(below)) copy[key] = withoutPath(below, path.slice(1));
  // The property is one of a copy without prototype.
  else Reflect.deleteProperty(copy, key);
  return copy;
}

/** Trees are laid over each other key by key; lists and single values are replaced as a whole. */
export function mergeTrees(trees: readonly Tree[]): Tree {
  const merged = emptyTree();
  for (const tree of trees) {
    for (const [key, value] of Object.entries(tree)) {
      const below = merged[key];
      merged[key] = isTree(value) ? mergeTrees([isTree(below) ? below : emptyTree(), value]) : value;
    }
  }
  return merged;
}

/** Every value that is no group of further keys, with its path. */
export function leavesOf(tree: Tree, above: readonly string[] = []): { path: string[]; value: unknown }[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const path = [...above, key];
    return isTree(value) && Object.keys(value).length > 0 ? leavesOf(value, path) : [{ path, value }];
  });
}

/** `ollama.hosts[1]`, `models["ollama/qwen3:8b"].tools`. */
export function pathText(path: Path): string {
  return path
    .map((key) => {
      if (typeof key === 'number') return `[${key}]`;
      return /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    })
    .join('')
    .replace(/^\./, '');
}

function child(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return (value as unknown[])[Number(key)];
  return isTree(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
