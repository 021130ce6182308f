const node = ['package.json', 'pnpm-workspace.yaml'];
const python = ['pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', 'requirements.in'];

/** Manifests of which a lock file is the echo; `*.x` stands for any name with that ending. */
const manifests = new Map<string, readonly string[]>(
  Object.entries({
    'package-lock.json': node,
    'npm-shrinkwrap.json': node,
    'yarn.lock': node,
    'pnpm-lock.yaml': node,
    'bun.lock': node,
    'bun.lockb': node,
    'deno.lock': ['deno.json', 'deno.jsonc', 'package.json'],
    'cargo.lock': ['cargo.toml'],
    'go.sum': ['go.mod'],
    'poetry.lock': python,
    'uv.lock': python,
    'pdm.lock': python,
    'pipfile.lock': ['pipfile'],
    'composer.lock': ['composer.json'],
    'gemfile.lock': ['gemfile', '*.gemspec'],
    'mix.lock': ['mix.exs'],
    'pubspec.lock': ['pubspec.yaml'],
    'podfile.lock': ['podfile'],
    'flake.lock': ['flake.nix'],
    'packages.lock.json': ['*.csproj', '*.fsproj', 'directory.packages.props'],
    'gradle.lockfile': ['build.gradle', 'build.gradle.kts'],
  }),
);

export function isLockFile(path: string): boolean {
  return manifests.has(baseName(path));
}

/** Whether one of `changed` is a manifest of the lock file; in whatever folder, as one lock may serve a workspace. */
export function hasManifest(lockFile: string, changed: readonly string[]): boolean {
  const wanted = manifestsOf(lockFile);
  return changed.map(baseName).some((name) => wanted.some((manifest) => fits(name, manifest)));
}

export function manifestsOf(lockFile: string): readonly string[] {
  return manifests.get(baseName(lockFile)) ?? [];
}

function fits(name: string, manifest: string): boolean {
  return manifest.startsWith('*') ? name.endsWith(manifest.slice(1)) : name === manifest;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}
