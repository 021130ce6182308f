import type { Site } from './recipe.ts';

/** Commands that a project has for a purpose, found in what it says of itself; each starts a program of its own. */
export async function findFormatters(site: Site): Promise<string[][]> {
  const project = await readProject(site);
  const script = project.scriptOf(
    ['format', 'fmt', 'format:write', 'prettier:write', 'prettier'],
    writesFormat,
  );
  const found: string[][] = [];
  if (script !== null) found.push(script);
  else if (project.has(/^\.prettierrc(?:\.\w+)?$|^prettier\.config\.\w+$/) || project.needs('prettier'))
    found.push(['npx', '--no-install', 'prettier', '--write', '.']);
  if (project.has(/^Cargo\.toml$/)) found.push(['cargo', 'fmt']);
  if (project.has(/^go\.mod$/)) found.push(['gofmt', '-w', '.']);
  if (project.uses('ruff')) found.push(['ruff', 'format', '.']);
  else if (project.uses('black')) found.push(['black', '.']);
  return found;
}

export async function findLintFixers(site: Site): Promise<string[][]> {
  const project = await readProject(site);
  const script = project.scriptOf(['lint:fix', 'lint-fix', 'fix:lint', 'fix'], (text) =>
    /--fix\b|--write\b/.test(text),
  );
  const found: string[][] = [];
  if (script !== null) found.push(script);
  else if (project.has(/^eslint\.config\.\w+$|^\.eslintrc(?:\.\w+)?$/))
    found.push(['npx', '--no-install', 'eslint', '.', '--fix']);
  if (project.uses('ruff')) found.push(['ruff', 'check', '--fix', '.']);
  return found;
}

function writesFormat(script: string): boolean {
  return (
    /prettier|biome|dprint|oxfmt/.test(script) &&
    /--write\b|\bfmt\b/.test(script) &&
    !script.includes('--check')
  );
}

type Project = {
  has: (name: RegExp) => boolean;
  /** Whether its package.json names that package. */
  needs: (name: string) => boolean;
  /** Whether its pyproject.toml configures that tool. */
  uses: (tool: string) => boolean;
  /** The first script of these names that does what is wanted, as a command. */
  scriptOf: (names: readonly string[], does: (script: string) => boolean) => string[] | null;
};

async function readProject(site: Site): Promise<Project> {
  const files = (await site.texts()).filter(({ path }) => !path.includes('/'));
  const textOf = (name: string): string => files.find(({ path }) => path === name)?.text ?? '';
  const names = (await site.paths()).filter((path) => !path.includes('/'));
  const manifest = readManifest(textOf('package.json'));
  const manager = names.includes('pnpm-lock.yaml') ? 'pnpm' : names.includes('yarn.lock') ? 'yarn' : 'npm';
  return {
    has: (name) => names.some((path) => name.test(path)),
    needs: (name) =>
      [manifest.dependencies, manifest.devDependencies].some(
        (all) => all !== undefined && Object.hasOwn(all, name),
      ),
    uses: (tool) => textOf('pyproject.toml').includes(`[tool.${tool}`),
    scriptOf(wanted, does) {
      const name = wanted.find((each) => does(manifest.scripts?.[each] ?? ''));
      return name === undefined ? null : [manager, 'run', name];
    },
  };
}

type Manifest = Partial<Record<'scripts' | 'dependencies' | 'devDependencies', Record<string, string>>>;

function readManifest(text: string): Manifest {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return {};
  }
}
