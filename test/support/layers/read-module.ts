import { posix } from 'node:path';
import ts from 'typescript';

/** A source file as text; `path` is relative to the repository, with slashes. */
export type SourceFile = { path: string; text: string };

export type Import = {
  /** As written: `./ticket.ts`, `node:fs`, `zod`. */
  specifier: string;
  /** Path of the file it names; null for a library or a module of Node. */
  target: string | null;
  /** Erased when the program runs. */
  typeOnly: boolean;
  line: number;
};

/** Something in a file that a rule may forbid; `detail` as a person would find it in the text. */
export type Sight = { kind: SightKind; line: number; detail: string };

export type SightKind = 'environment' | 'exit' | 'signal' | 'default-export' | 'any' | 'non-null' | 'barrel';

export type Module = { path: string; lines: number; imports: Import[]; sights: Sight[] };

/** Reads what the rules judge, by TypeScript's own parser: text in comments and strings is neither import nor use. */
export function readModule({ path, text }: SourceFile): Module {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const module: Module = { path, lines: text.replace(/\n$/, '').split('\n').length, imports: [], sights: [] };
  if (isBarrel(tree)) module.sights.push({ kind: 'barrel', line: 1, detail: 'only re-exports' });
  visit(tree, (node) => {
    const line = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
    const found = importOf(node);
    if (found !== null) module.imports.push({ ...found, target: targetOf(path, found.specifier), line });
    for (const kind of sightsOf(node)) module.sights.push({ kind, line, detail: node.getText(tree) });
  });
  return module;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

function targetOf(path: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null;
}

function importOf(node: ts.Node): { specifier: string; typeOnly: boolean } | null {
  if (ts.isImportDeclaration(node)) return named(node.moduleSpecifier, isErased(node.importClause));
  if (ts.isExportDeclaration(node)) {
    const { exportClause, isTypeOnly } = node;
    const elements =
      exportClause !== undefined && ts.isNamedExports(exportClause) ? exportClause.elements : [];
    return named(node.moduleSpecifier, isTypeOnly || allErased(elements));
  }
  if (ts.isCallExpression(node) && isLoading(node.expression)) return named(node.arguments[0], false);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return named(node.argument.literal, true);
  return null;
}

function named(
  specifier: ts.Node | undefined,
  typeOnly: boolean,
): { specifier: string; typeOnly: boolean } | null {
  return specifier !== undefined && ts.isStringLiteralLike(specifier)
    ? { specifier: specifier.text, typeOnly }
    : null;
}

function isErased(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = clause;
  const elements =
    namedBindings !== undefined && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
  return name === undefined && allErased(elements);
}

function allErased(elements: readonly { isTypeOnly: boolean }[]): boolean {
  return elements.length > 0 && elements.every((element) => element.isTypeOnly);
}

function isLoading(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  const isResolving = ts.isPropertyAccessExpression(callee) && callee.name.text === 'resolve';
  const loader = isResolving ? callee.expression : callee;
  return ts.isIdentifier(loader) && loader.text === 'require';
}

function isBarrel(tree: ts.SourceFile): boolean {
  const others = tree.statements.filter((statement) => !ts.isImportDeclaration(statement));
  return others.length > 0 && others.every(ts.isExportDeclaration);
}

function sightsOf(node: ts.Node): SightKind[] {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return ['any'];
  if (ts.isNonNullExpression(node)) return ['non-null'];
  if (
    (ts.isPropertyDeclaration(node) || ts.isVariableDeclaration(node)) &&
    node.exclamationToken !== undefined
  )
    return ['non-null'];
  if (ts.isExportAssignment(node) || hasDefaultModifier(node)) return ['default-export'];
  if (ts.isExportSpecifier(node) && node.name.text === 'default') return ['default-export'];
  if (isSignalListener(node)) return ['signal'];
  return membersOfProcess(node).flatMap((name) =>
    name === 'env'
      ? ['environment' as const]
      : ['exit', 'abort', 'reallyExit'].includes(name)
        ? ['exit' as const]
        : [],
  );
}

function hasDefaultModifier(node: ts.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

/** Names taken from `process` here: by a dot, in brackets, by taking it apart, or by importing them. */
function membersOfProcess(node: ts.Node): string[] {
  if (ts.isPropertyAccessExpression(node) && isProcess(node.expression)) return [node.name.text];
  if (ts.isElementAccessExpression(node) && isProcess(node.expression))
    return ts.isStringLiteralLike(node.argumentExpression) ? [node.argumentExpression.text] : [];
  if (ts.isVariableDeclaration(node) && node.initializer !== undefined && isProcess(node.initializer))
    return ts.isObjectBindingPattern(node.name) ? node.name.elements.map(nameOf) : [];
  if (
    ts.isImportDeclaration(node) &&
    /^(node:)?process$/.test(named(node.moduleSpecifier, false)?.specifier ?? '')
  ) {
    const bindings = node.importClause?.namedBindings;
    return bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements.map(nameOf) : [];
  }
  return [];
}

/** The name on the far side: `exit` in `{ exit: leave }` and in `{ exit as leave }`. */
function nameOf(element: ts.BindingElement | ts.ImportSpecifier): string {
  return (element.propertyName ?? element.name).getText();
}

function isProcess(node: ts.Expression): boolean {
  if (ts.isIdentifier(node)) return node.text === 'process';
  return (
    ts.isPropertyAccessExpression(node) &&
    node.name.text === 'process' &&
    node.expression.getText() === 'globalThis'
  );
}

function isSignalListener(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const [first] = node.arguments;
  const { expression, name } = node.expression;
  const listens =
    isProcess(expression) && ['on', 'once', 'addListener', 'prependListener'].includes(name.text);
  return listens && first !== undefined && ts.isStringLiteralLike(first) && first.text.startsWith('SIG');
}
