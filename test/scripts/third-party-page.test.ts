import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { productionPackages, thirdPartyPage } from '../../scripts/third-party-page.ts';

const root = new URL('../../', import.meta.url);
const packages = productionPackages();

/** What may be used and passed on by anybody, as long as its text comes along. */
const free = ['MIT', 'MIT-0', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Unlicense'];

describe('THIRD-PARTY.md', () => {
  it('is what `npm run schema` writes', () => {
    expect(readFileSync(new URL('THIRD-PARTY.md', root), 'utf8')).toBe(thirdPartyPage());
  });

  it('names every package that users get, and none of development', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(new URL('package.json', root), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    const named = new Set(packages.map(({ name, version }) => `${name}@${version}`));
    for (const [name, version] of Object.entries(dependencies)) expect(named).toContain(`${name}@${version}`);
    for (const name of ['jest', 'eslint', 'knip'])
      expect(named).not.toContain(`${name}@${devDependencies[name] ?? ''}`);
  });

  it('has no licence in it that asks more of a user than to keep its text', () => {
    const others = packages.filter(
      ({ licence }) =>
        !licence
          .replaceAll(/[()]/g, '')
          .split(' OR ')
          .some((each) => free.includes(each)),
    );
    expect(others).toEqual([]);
  });
});
