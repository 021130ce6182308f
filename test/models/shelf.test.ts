import { describe, expect, it } from '@jest/globals';
import { openShelf } from '../../src/models/shelf.ts';
import { manualClock } from '../support/clock.ts';

const model = (name: string, digest = '1') => ({
  id: `ollama/${name}`,
  capabilities: [],
  contextLength: null,
  digest,
});

describe('the shelf of a server', () => {
  it('knows nothing until it was filled', () => {
    const shelf = openShelf(manualClock());
    expect([shelf.has('coder'), shelf.list()]).toEqual([null, []]);
    expect(shelf.replace([model('coder:latest')])).toBeNull();
    expect([shelf.has('coder'), shelf.has('CODER:latest'), shelf.has('coder:7b')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('tells what came, went, and is another one now', () => {
    const shelf = openShelf(manualClock());
    shelf.replace([model('a:1'), model('b:1'), model('c:1')]);
    expect(shelf.replace([model('a:1'), model('b:1', '2'), model('d:1')])).toEqual({
      added: ['ollama/d:1'],
      removed: ['ollama/c:1'],
      updated: ['ollama/b:1'],
    });
    expect(shelf.replace([model('a:1'), model('b:1', '2'), model('d:1')])).toBeNull();
  });

  it('asks for the facts of a model once a minute, and when it became another one', async () => {
    const clock = manualClock();
    const shelf = openShelf(clock);
    shelf.replace([model('a:1')]);
    let asked = 0;
    const facts = () => shelf.facts('a:1', () => Promise.resolve(model('a:1', String((asked += 1)))));
    await facts();
    await clock.advance(59_999);
    await facts();
    expect(asked).toBe(1);
    await clock.advance(1);
    await facts();
    expect(asked).toBe(2);
    shelf.replace([model('a:1', '9')]);
    await facts();
    shelf.forget('a:1');
    expect(await facts()).toMatchObject({ digest: '4' });
  });
});
