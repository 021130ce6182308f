import { join } from 'node:path/posix';
import ts from 'typescript';
import type { TextFile } from './recipe.ts';

/** JavaScript and TypeScript of a worktree, as the language service of TypeScript sees it. Nothing of it is run. */
export type ScriptProject = {
  service: ts.LanguageService;
  files: readonly TextFile[];
  /** The parsed file; null for what is no script. */
  parsed: (path: string) => ts.SourceFile | null;
  /** As the service names a file, and back. */
  inside: (path: string) => string;
  outside: (fileName: string) => string;
};

export function isScript(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path);
}

/** A root that no real path has: the service sees the given texts and nothing of the disk. */
const root = '/project';

export function openScriptProject(all: readonly TextFile[]): ScriptProject {
  const files = all.filter(({ path }) => isScript(path));
  const texts = new Map(all.map(({ path, text }) => [join(root, path), text]));
  const folders = new Set([...texts.keys()].flatMap(foldersOf));
  const options = readOptions(texts);
  const names = files.map(({ path }) => join(root, path));
  const service = ts.createLanguageService({
    getScriptFileNames: () => names,
    getScriptVersion: () => '1',
    getScriptSnapshot(fileName) {
      const text = texts.get(fileName);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => options,
    getDefaultLibFileName: () => join(root, 'lib.d.ts'),
    fileExists: (fileName) => texts.has(fileName),
    readFile: (fileName) => texts.get(fileName),
    directoryExists: (folder) => folders.has(folder),
    getDirectories: () => [],
    realpath: (path) => path,
    useCaseSensitiveFileNames: () => true,
  });
  return {
    service,
    files,
    parsed: (path) => service.getProgram()?.getSourceFile(join(root, path)) ?? null,
    inside: (path) => join(root, path),
    outside: (fileName) => fileName.slice(root.length + 1),
  };
}

/** What decides how imports are found; where the project says nothing, what most projects mean. */
function readOptions(texts: ReadonlyMap<string, string>): ts.CompilerOptions {
  const written = texts.get(join(root, 'tsconfig.json'));
  const read =
    written === undefined
      ? {}
      : (ts.parseConfigFileTextToJson('tsconfig.json', written).config as
          { compilerOptions?: object } | undefined);
  const { options } = ts.convertCompilerOptionsFromJson({ ...read?.compilerOptions }, root);
  return {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ESNext,
    jsx: ts.JsxEmit.Preserve,
    ...options,
    allowJs: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    noLib: true,
    types: [],
  };
}

function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(0, -1).map((_part, index) => parts.slice(0, index + 1).join('/') || '/');
}
