import { readFileSync } from 'node:fs';

/** A package as `package-lock.json` tells of it. */
type Locked = { version?: string; license?: string; dev?: boolean; devOptional?: boolean };

/** One package that users get with ours. */
type Package = { name: string; version: string; licence: string };

const opening = `# Third-party packages

Written by \`npm run schema\` from \`package-lock.json\`. npm installs these beside ticketmill, each with the text of its
licence in its own folder. Of some the built program holds the code; their texts are in \`dist/LICENCES.txt\` as well.
Tools of development are not among them.
`;

/** The packages that come with ours, and under which licences, as Markdown. */
export function thirdPartyPage(): string {
  const packages = productionPackages();
  const counts = Map.groupBy(packages, ({ licence }) => licence);
  const summary = [...counts]
    .sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1))
    .map(([licence, those]) => `| ${licence} | ${those.length} |`);
  const rows = packages.map(
    ({ name, version, licence }) =>
      `| [${name}](https://www.npmjs.com/package/${name}/v/${version}) | ${version} | ${licence} |`,
  );
  const tables = [
    ['| licence | packages |', '| --- | --- |', ...summary],
    ['| package | version | licence |', '| --- | --- | --- |', ...rows],
  ];
  return [opening, ...tables.map((lines) => `${lines.join('\n')}\n`)].join('\n');
}

/** Every package that an install without tools of development brings on some system, by name and version. */
export function productionPackages(): Package[] {
  const lock = new URL('../package-lock.json', import.meta.url);
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as { packages: Record<string, Locked> };
  const found = new Map<string, Package>();
  for (const [path, { version = '', license = 'not stated', dev, devOptional }] of Object.entries(packages)) {
    if (path === '' || dev === true || devOptional === true) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    found.set(`${name}@${version}`, { name, version, licence: license });
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}
