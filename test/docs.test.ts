import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandNames, commandsPage } from '../scripts/commands-page.ts';
import { describeFailure, failureCodes } from '../src/domain/failure.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
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

  it('links to nothing that is not there', () => {
    const broken = pages.flatMap((page) => linksOf(page).filter((link) => !leads(page, link)));
    expect(broken).toEqual([]);
  });
});

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
