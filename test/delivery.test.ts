import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { parse as parseJsonc } from 'jsonc-parser';
import { parse } from 'yaml';
import { loadConfig } from '../src/config/load.ts';
import { commandNames } from '../scripts/commands-page.ts';

type Step = { uses?: string; run?: string };
type Workflow = {
  permissions: Record<string, string>;
  jobs: Record<
    string,
    {
      'timeout-minutes'?: number;
      permissions?: Record<string, string>;
      strategy?: { matrix: unknown };
      steps: Step[];
    }
  >;
};
type Service = {
  image?: string;
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
};

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

describe.each([
  ...readdirSync(join(root, '.github/workflows')).map((file) => `.github/workflows/${file}`),
  'docs/examples/review.yml',
])('%s', (file) => {
  const { permissions, jobs } = parse(read(file)) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it('names the actions of others by commit, with the version it stands for', () => {
    const used = [...read(file).matchAll(/uses: (\S+)(.*)/g)];
    expect(used).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
    for (const [, action, version] of used) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      expect(version).toMatch(/^ # v\d+\.\d+\.\d+$/);
    }
  });

  it('may read and no more, but what a job says for itself, and ends by itself', () => {
    expect(permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('runs scripts that there are', () => {
    const named = steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run (?:-s )?([\w:-]+)/g)]);
    for (const [, script = ''] of named) expect(Object.keys(scripts)).toContain(script);
  });
});

describe('the workflows', () => {
  it('test on two versions of Node and three systems', () => {
    const { jobs } = parse(read('.github/workflows/ci.yml')) as Workflow;
    expect(jobs['test']?.strategy?.matrix).toEqual({
      os: ['ubuntu-latest', 'macos-latest', 'windows-latest'],
      node: [24, 26],
    });
  });

  it('publish with a statement of where it was built, and no token', () => {
    const { jobs } = parse(read('.github/workflows/release.yml')) as Workflow;
    expect(jobs['publish']?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(jobs['publish']?.steps.at(-1)?.run).toBe('npm publish --provenance --access public');
    expect(read('.github/workflows/release.yml')).not.toContain('secrets.');
  });
});

describe('docs/docker', () => {
  const { services, volumes } = parse(read('docs/docker/compose.yml')) as {
    services: Record<string, Service>;
    volumes: Record<string, null>;
  };

  it('has a Dockerfile without faults, which copies what there is', () => {
    const text = read('docs/docker/Dockerfile');
    expect(validate(text)).toEqual([]);
    const copied = [...text.matchAll(/^COPY --from=build (.+) \S+$/gm)]
      .flatMap(([, paths = '']) => paths.split(' '))
      .map((path) => path.replace('/build/', ''));
    expect(copied).toContain('dist');
    for (const path of copied)
      expect(['dist', 'node_modules'].includes(path) || existsSync(join(root, path))).toBe(true);
    const kept = [...read('docs/docker/Dockerfile.dockerignore').matchAll(/^!(.+)$/gm)];
    for (const [, path = ''] of kept) expect(existsSync(join(root, path))).toBe(true);
  });

  it('starts all five, each by a fixed version, bound to this machine', () => {
    expect(Object.keys(services).sort()).toEqual(['grafana', 'ollama', 'prometheus', 'redis', 'ticketmill']);
    for (const { image, ports = [] } of Object.values(services)) {
      if (image !== undefined) expect(image).toMatch(/:v?\d+\.\d+/);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('mounts files that there are, and volumes that it declares', () => {
    const sources = Object.values(services).flatMap((service) =>
      (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? ''),
    );
    for (const source of sources) {
      if (source.startsWith('.')) expect(existsSync(join(root, 'docs/docker', source))).toBe(true);
      else if (!source.startsWith('$')) expect(Object.keys(volumes)).toContain(source);
    }
  });

  it('sets what the config knows', () => {
    const env = Object.fromEntries(
      Object.entries(services['ticketmill']?.environment ?? {}).map(([name, value]) => [
        name,
        value.replace(/^\$\{[^:]+:[-?](.*)\}$/, '$1'),
      ]),
    );
    const { config, warnings } = loadConfig({ root: join(root, 'docs/docker'), cwd: root, env });
    expect(warnings).toEqual([]);
    expect(config.ollama.hosts).toEqual(['http://ollama:11434']);
    expect(config.server).toMatchObject({ host: '0.0.0.0', allowedHosts: ['ticketmill'] });
  });
});

describe('the lock file', () => {
  // A mirror that lacks the builds for other systems makes one with holes, and `npm ci` then refuses everywhere.
  it('holds what each package wants on other systems too', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isReached(packages, path, name)),
    );
    expect(missing).toEqual([]);
  });
});

describe('the surroundings of development', () => {
  it('are a container with what the tests use', () => {
    const { postCreateCommand, onCreateCommand } = parseJsonc(
      read('.devcontainer/devcontainer.json'),
    ) as Record<string, string>;
    expect(postCreateCommand).toBe('npm ci');
    for (const tool of ['bubblewrap', 'chromium']) expect(onCreateCommand).toContain(tool);
  });

  it('are hooks that run what is there', () => {
    const { repos } = parse(read('.pre-commit-config.yaml')) as { repos: { hooks: { entry: string }[] }[] };
    for (const { entry } of repos.flatMap(({ hooks }) => hooks)) {
      const [, script] = /^npm run -s ([\w:-]+)$/.exec(entry) ?? [];
      const [, file = ''] = /^node (\S+)/.exec(entry) ?? [];
      expect(script === undefined ? existsSync(join(root, file)) : script in scripts).toBe(true);
    }
  });

  it('give other repositories hooks that are commands', () => {
    const hooks = parse(read('.pre-commit-hooks.yaml')) as { entry: string }[];
    for (const { entry } of hooks) expect(commandNames()).toContain(entry.split(' ').slice(0, 2).join(' '));
  });
});

/** Whether a package that lies there would find the other, as Node looks for it: in its own folder and in all above. */
function isReached(packages: object, path: string, name: string): boolean {
  const parts = path.split('/node_modules/');
  return parts
    .map((_, depth) => [...parts.slice(0, parts.length - depth), name].join('/node_modules/'))
    .concat(`node_modules/${name}`)
    .some((place) => place in packages);
}
