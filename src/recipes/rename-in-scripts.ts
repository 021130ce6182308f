import ts from 'typescript';
import type { TextFile } from './recipe.ts';
import { declined } from './recipe.ts';
import { openScriptProject } from './typescript-project.ts';
import type { ScriptProject } from './typescript-project.ts';

type Order = { from: string; to: string; isDistinct: boolean };

type Place = { path: string; start: number };

/** Renames what one name means in all scripts; declines when it means several things, or stands where it may be data. */
export function renameInScripts(all: readonly TextFile[], order: Order): TextFile[] | { declined: string } {
  const project = openScriptProject(all);
  try {
    return rename(project, order);
  } finally {
    project.service.dispose();
  }
}

function rename(project: ScriptProject, order: Order): TextFile[] | { declined: string } {
  const found = findMentions(project, order.from);
  const [data] = found.data;
  if (data !== undefined)
    return declined(`${order.from} stands in a text in ${data.path}, where it may be data.`);
  const [short] = found.shorthands;
  if (short !== undefined)
    return declined(
      `${order.from} is a property and a variable at once in ${short.path}, and it is not said which.`,
    );
  const [first] = found.names;
  if (first === undefined) return declined(`${order.from} is no name in any script.`);
  const renamed = locationsOf(project, first);
  const other = found.names.find((place) => !renamed.has(keyOf(place)));
  if (other !== undefined)
    return declined(`${order.from} in ${other.path} is another thing than in ${first.path}.`);
  if (renamed.size > found.names.length)
    return declined(`${order.from} reaches further than it can be seen.`);
  const told = order.isDistinct ? [...found.titles, ...found.comments] : [];
  const places = [...found.names, ...told];
  return project.files.flatMap((file) => replaceAt(file, places, order));
}

type Mentions = Record<'names' | 'shorthands' | 'titles' | 'data' | 'comments', Place[]>;

/** Every whole word of that name, by what it is there. */
function findMentions({ files, parsed }: ScriptProject, from: string): Mentions {
  const mentions: Mentions = { names: [], shorthands: [], titles: [], data: [], comments: [] };
  const pattern = new RegExp(`(?<![\\w$])${from.replaceAll('$', '\\$')}(?![\\w$])`, 'g');
  for (const { path, text } of files) {
    const source = parsed(path);
    if (source === null || !text.includes(from)) continue;
    for (const { index } of text.matchAll(pattern)) {
      const node = nodeAt(source, index);
      mentions[kindOf(node, index)].push({ path, start: index });
    }
  }
  return mentions;
}

/** The smallest node around a position, without what stands before it. */
function nodeAt(source: ts.SourceFile, position: number): ts.Node {
  let found: ts.Node = source;
  const visit = (node: ts.Node): void => {
    if (node.getStart(source) > position || node.end <= position) return;
    found = node;
    node.forEachChild(visit);
  };
  source.forEachChild(visit);
  return found;
}

function kindOf(node: ts.Node, position: number): keyof Mentions {
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
    const { parent } = node;
    const isShort =
      ts.isShorthandPropertyAssignment(parent) ||
      (ts.isBindingElement(parent) &&
        parent.name === node &&
        parent.propertyName === undefined &&
        ts.isObjectBindingPattern(parent.parent));
    return isShort ? 'shorthands' : 'names';
  }
  if (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node) ||
    ts.isJsxText(node) ||
    ts.isRegularExpressionLiteral(node)
  )
    return isTestTitle(node) ? 'titles' : 'data';
  return isInComment(node, position) ? 'comments' : 'data';
}

/** `it('getUser returns …')`: said to people, and read by nothing. */
function isTestTitle(node: ts.Node): boolean {
  const { parent } = node;
  return (
    ts.isCallExpression(parent) &&
    parent.arguments[0] === node &&
    /^(?:describe|it|test|suite|context|t\.test)(?:\.\w+)*$/.test(parent.expression.getText())
  );
}

function isInComment(node: ts.Node, position: number): boolean {
  const source = node.getSourceFile();
  const line = source.text.slice(source.text.lastIndexOf('\n', position) + 1, position);
  const opened = source.text.lastIndexOf('/*', position);
  return /\/\/|^\s*\*/.test(line) || (opened !== -1 && source.text.indexOf('*/', opened) >= position);
}

function locationsOf({ service, inside, outside }: ScriptProject, { path, start }: Place): Set<string> {
  const found = service.findRenameLocations(inside(path), start, false, false, {}) ?? [];
  return new Set(
    found.map(({ fileName, textSpan }) => keyOf({ path: outside(fileName), start: textSpan.start })),
  );
}

function keyOf({ path, start }: Place): string {
  return `${path}:${start}`;
}

function replaceAt({ path, text }: TextFile, places: readonly Place[], { from, to }: Order): TextFile[] {
  const starts = places.filter((place) => place.path === path).map(({ start }) => start);
  if (starts.length === 0) return [];
  const changed = starts
    .toSorted((a, b) => b - a)
    .reduce((sum, start) => sum.slice(0, start) + to + sum.slice(start + from.length), text);
  return [{ path, text: changed }];
}
