import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandFlags, commandNames, commandsPage } from '../scripts/commands-page.ts';
import { describeFailure, failureCodes } from '../src/domain/failure.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map((name) => join(root, name)),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, 'docs', name)),
];

describe('the guide to failures', () => {
  const guide = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
  const entries = guide.split(/^### /m).slice(1);

  it('has an entry for every code, and none for what is no code', () => {
    expect(entries.map((entry) => entry.split('\n', 1)[0]).sort()).toEqual([...failureCodes].sort());
  });

  it.each(failureCodes)('says of %s who can mend it', (code) => {
    const { errorType, infrastructure } = describeFailure(code);
    const entry = entries.find((each) => each.startsWith(`${code}\n`)) ?? '';
    expect(entry).toContain(infrastructure && errorType !== 'internal' ? `[${errorType}` : `[${errorType}]`);
  });
});

describe('the documentation', () => {
  it('holds what every command says of itself, as `npm run schema` writes it', () => {
    expect(readFileSync(join(root, 'docs/commands.md'), 'utf8')).toBe(commandsPage());
  });

  it('names no command that there is not', () => {
    const known = new Set(commandNames().map((name) => name.split(' ')[1]));
    const named = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/(?:`|^\$ |^npx )ticketmill ([a-z][a-z-]*)/gm)].map(
        ([, name = '']) => `${relative(root, page)}: ticketmill ${name}`,
      ),
    );
    expect(named.filter((line) => !known.has(line.split(' ').at(-1)))).toEqual([]);
  });

  it.each(typedCommands())('can be typed as %s shows: %s', (_page, line) => {
    expect(faultOf(line)).toBeNull();
  });

  it('links to nothing that is not there', () => {
    const broken = pages.flatMap((page) => linksOf(page).filter((link) => !leads(page, link)));
    expect(broken).toEqual([]);
  });
});

/** Every line of a block that begins with a command of ours, as `[page, line]`; what `docs/commands.md` says is ours already. */
function typedCommands(): [string, string][] {
  return pages
    .filter((page) => !page.endsWith('commands.md'))
    .flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/^ *```[^\n]*\n([^]*?)^ *```/gm)]
        .flatMap(([, block = '']) => block.split('\n'))
        .map((line) =>
          line.replace(/^[ $]*(?:- run: |exec )?(?:npx (?:--[\w-]+ )*)?/, '').replace(/ {2,}#.*$/, ''),
        )
        .filter((line) => /^(?:ticketmill|npm run(?: -s)?) \S/.test(line))
        .map((line): [string, string] => [relative(root, page), line.trim()]),
    );
}

/** What is wrong with a command, by what the program and `package.json` know; null when nothing is. */
function faultOf(line: string): string | null {
  const [command = '', ...rest] =
    line
      .replace(/^npm run -s /, 'npm run ')
      .split(/\s+(?:&&|\||>) /)[0]
      ?.split(/ -- /) ?? [];
  const script = /^npm run ([\w:-]+)/.exec(command)?.[1];
  if (script !== undefined && !(script in scripts)) return `there is no script ${script}`;
  if (script !== undefined && script !== 'ticketmill') return null;
  const words = (script === 'ticketmill' ? `ticketmill ${rest.join(' -- ')}` : command).split(' ');
  const named = [...commandFlags()].filter(([name]) => `${words.join(' ')} `.startsWith(`${name} `));
  const [, flags] = named.at(-1) ?? [];
  if (flags === undefined)
    return words.some((word) => word === '--help' || word === '--root') ? null : 'there is no such command';
  const unknown = words
    .filter((word) => /^--?[a-z]/.test(word))
    .find((word) => !flags.has(word.split('=')[0] ?? ''));
  return unknown === undefined ? null : `it has no ${unknown}`;
}

/** Where a page points to inside the project, as it is written. */
function linksOf(page: string): string[] {
  const text = readFileSync(page, 'utf8').replaceAll(/^```[^]*?^```/gm, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => `${relative(root, page)} -> ${target}`);
}

function leads(page: string, link: string): boolean {
  const [path = '', anchor] = (link.split(' -> ')[1] ?? '').split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(file)) return false;
  return anchor === undefined || anchorsOf(file).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchorsOf(file: string): string[] {
  const headings = readFileSync(file, 'utf8').matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
