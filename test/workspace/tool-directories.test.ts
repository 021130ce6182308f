import { describe, expect, it } from '@jest/globals';
import { toolDirectories } from '../../src/workspace/tool-directories.ts';

const home = '/home/ada';
const show = (path: string, node: string | null = null) => toolDirectories(path, home, node);

describe('toolDirectories', () => {
  it.each<[string, string, string | null, string[]]>([
    ['nothing for the system’s own', '/usr/local/bin:/usr/bin:/bin:/sbin', '/usr/bin/node', []],
    ['node’s prefix, where npm lies', '/usr/bin', '/opt/node/bin/node', ['/opt/node']],
    ['a node that lies alone', '/usr/bin', '/srv/tools/node', ['/srv/tools']],
    [
      'known tool homes',
      `${home}/.nvm/versions/node/v24/bin:${home}/.pyenv/shims`,
      null,
      [`${home}/.nvm/versions`, `${home}/.pyenv`],
    ],
    ['rustup beside cargo', `${home}/.cargo/bin`, null, [`${home}/.cargo/bin`, `${home}/.rustup`]],
    ['packages behind .bin', '/project/node_modules/.bin', null, ['/project/node_modules']],
    ['other directories as they are', '/snap/bin:relative:', null, ['/snap/bin']],
    ['never the home or what holds it', `${home}:/home:/:${home}/private/bin`, `${home}/bin/node`, []],
  ])('shows %s', (_what, path, node, expected) => {
    expect(show(path, node)).toEqual(expected);
  });
});
