import type { Workspace } from '../ports.ts';
import { readInside } from '../files/inside.ts';

const timeoutMs = 20_000;

/** Parses and never runs: `-I` keeps the modules of the worktree out, and nothing is written beside the source. */
const pythonParse = 'import ast,sys; ast.parse(open(sys.argv[1],"rb").read(), sys.argv[1])';

/** Node's own parser of types; what it merely can't strip, such as an enum, is no error, and an older Node has none. */
const typeScriptParse = `try {
  require('node:module').stripTypeScriptTypes(require('node:fs').readFileSync(process.argv[1], 'utf8'));
} catch (error) {
  if (error.code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') throw error;
}`;

/**
 * What a parser objects to in a file, in a few lines; undefined when it is sound, or when nothing here can tell. Valid
 * code must never be called broken, so only plain words of a parser count.
 */
export async function checkSyntax(
  workspace: Workspace,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (/\.json$/i.test(path)) return mayHaveComments(path) ? undefined : checkJson(workspace, path);
  const argv = parserOf(path);
  if (argv === undefined) return undefined;
  const { exitCode, output } = await workspace.run({ argv, timeoutMs }, signal);
  if (exitCode === 0 || !/\b(?:Syntax|Indentation|Tab)Error\b/.test(output)) return undefined;
  return shorten(output);
}

function parserOf(path: string): string[] | undefined {
  if (/\.[mc]?js$/i.test(path)) return ['node', '--check', `./${path}`];
  if (/\.[mc]?ts$/i.test(path))
    return ['node', '--disable-warning=ExperimentalWarning', '-e', typeScriptParse, '--', `./${path}`];
  return /\.py$/i.test(path) ? ['python3', '-I', '-c', pythonParse, `./${path}`] : undefined;
}

/** Tools read these with comments and trailing commas. */
function mayHaveComments(path: string): boolean {
  return /(?:^|\/)(?:[tj]sconfig[^/]*|\.eslintrc|devcontainer|deno)\.json$|(?:^|\/)\.(?:vscode|devcontainer)\//i.test(
    path,
  );
}

async function checkJson(workspace: Workspace, path: string): Promise<string | undefined> {
  const read = await readInside(workspace.directory, path);
  if (read.kind !== 'text') return undefined;
  try {
    JSON.parse(read.text.replace(/^\uFEFF/, ''));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 300) : undefined;
  }
}

/** The place and the words, without the stack of the parser itself. */
function shorten(output: string): string {
  const lines = output
    .split('\n')
    .filter(
      (line) =>
        line.trim() !== '' &&
        !/^\s+at |^Node\.js v|^ {2}code: 'ERR_|^\}$|^Traceback|site-packages|lib\/python|<string>|\^{20,}/.test(
          line,
        ),
    );
  return lines.slice(0, 8).join('\n').slice(0, 800);
}
