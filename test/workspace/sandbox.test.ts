import { describe, expect, it } from '@jest/globals';
import { createSandbox, findProgram } from '../../src/workspace/sandbox.ts';

const path = process.env['PATH'] ?? '/usr/bin:/bin';
const enclosure = { directory: '/tmp', views: [], network: false, home: '/nowhere' };

async function create(mode: 'auto' | 'required' | 'off', searchPath: string) {
  const warnings: string[] = [];
  const options = {
    mode,
    path: searchPath,
    userHome: '/home/ada',
    warn: (text: string) => warnings.push(text),
  };
  return { sandbox: await createSandbox(options), warnings };
}

describe('createSandbox', () => {
  it('runs bare with a loud warning where there is no bubblewrap, and refuses where one is required', async () => {
    const { sandbox, warnings } = await create('auto', '/nowhere/bin');
    expect(sandbox.kind).toBe('none');
    expect(warnings).toEqual([expect.stringContaining('WITHOUT a sandbox')]);
    expect(sandbox.enclose(['npm', 'test'], enclosure).argv).toEqual(['npm', 'test']);
    await expect(create('required', '/nowhere/bin')).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
  });

  it('never hands on more of the environment than a command needs', async () => {
    const { sandbox, warnings } = await create('off', path);
    expect(warnings).toEqual([]);
    const { argv, env } = sandbox.enclose(['npm', 'test'], enclosure);
    expect(argv.slice(-2)).toEqual(['npm', 'test']);
    expect(env).toMatchObject({ PATH: path, HOME: '/nowhere', CI: '1' });
    expect(Object.keys(env).filter((name) => /TOKEN|KEY$|SECRET|SSH|AGENT/.test(name))).toEqual([]);
  });
});

describe('findProgram', () => {
  it('resolves a program on a path, or says that there is none', async () => {
    expect(await findProgram('sh', '/nowhere:/usr/bin:/bin')).toMatch(/^\/.*sh$/);
    expect(await findProgram('no-such-program', '/usr/bin')).toBeNull();
  });
});
