import { describe, expect, it } from '@jest/globals';
import { translateEarlierNames } from '../../src/config/earlier-names.ts';
import { findOrigin } from '../../src/config/layer.ts';
import type { Layer } from '../../src/config/layer.ts';
import type { Tree } from '../../src/config/tree.ts';

function translate(...trees: Tree[]) {
  const layers = trees.map((values, index): Layer => {
    return { values, renamed: new Map(), place: (path) => `file${index}/${path.join('/')}` };
  });
  const { layers: translated, ...news } = translateEarlierNames(layers);
  return { trees: translated.map(({ values }) => values), layers: translated, ...news };
}

describe('translateEarlierNames', () => {
  it('gives the folders their names of today', () => {
    const { trees, warnings } = translate({ folders: { doing: 'a', completed: 'b', todo: 'c' } });
    expect(trees).toEqual([{ folders: { processing: 'a', done: 'b', todo: 'c' } }]);
    expect(warnings).toEqual([]);
  });

  it('remembers the name that was written', () => {
    const { layers } = translate({ folders: { doing: 'a' } });
    expect(findOrigin(layers, ['folders', 'processing'])).toEqual({
      place: 'file0/folders/doing',
      writtenAs: 'folders.doing',
    });
  });

  it('prefers the name of today in the same file, and says so', () => {
    const { trees, warnings } = translate({ folders: { doing: 'a', processing: 'b' } });
    expect(trees).toEqual([{ folders: { processing: 'b' } }]);
    expect(warnings).toEqual([
      '`folders.doing` (file0/folders/doing) is ignored: `folders.processing`, its name of today, is given too.',
    ]);
  });

  it('lets a later layer win under either name', () => {
    const { trees } = translate({ folders: { processing: 'a' } }, { folders: { doing: 'b' } });
    expect(trees).toEqual([{ folders: { processing: 'a' } }, { folders: { processing: 'b' } }]);
  });

  it('takes the port of the webhook for that of the server', () => {
    const { trees } = translate({ webhook: { port: 1, path: '/x' } });
    expect(trees).toEqual([{ webhook: { path: '/x' }, server: { port: 1 } }]);
  });

  it('changes nothing else', () => {
    const { trees, warnings } = translate({ folders: 5, server: { host: 'x' } }, {});
    expect(trees).toEqual([{ folders: 5, server: { host: 'x' } }, {}]);
    expect(warnings).toEqual([]);
  });
});
