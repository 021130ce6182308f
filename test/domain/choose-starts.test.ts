import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Candidate } from '../../src/domain/admission.ts';
import { chooseStarts } from '../../src/domain/choose-starts.ts';
import type { StartRules } from '../../src/domain/choose-starts.ts';
import { footprintOf } from '../../src/domain/footprint.ts';
import { noQuotas } from '../../src/domain/quotas.ts';
import { makeCandidate } from '../support/make-ticket.ts';

const about = (id: string, ...modifiedFiles: string[]): Candidate => makeCandidate(id, { modifiedFiles });

function choose(waiting: readonly Candidate[], different: Partial<StartRules> = {}) {
  const { begin, held, full } = chooseStarts(waiting, {
    places: 10,
    running: [],
    footprintOf: ({ ticket }) => (ticket === null ? { repo: '', files: [] } : footprintOf(ticket, [])),
    pullRequests: null,
    quotas: noQuotas,
    isOut: () => false,
    ...different,
  });
  return { begin: begin.map(({ id }) => id), held: Object.fromEntries(held), full };
}

describe('tickets that may touch the same file', () => {
  it('go one after the other; others go past them', () => {
    const chosen = choose([about('a', 'src/x.ts'), about('b', 'x.ts'), about('c', 'y.ts'), about('d')]);
    expect(chosen.begin).toEqual(['a', 'c', 'd']);
    expect(chosen.held).toEqual({
      'b.md': { verdict: 'wait', reason: 'a, which is at work, is likely to change src/x.ts as well' },
    });
  });

  it('wait for what runs', () => {
    const { begin, held } = choose([about('b', 'x.ts'), about('c', 'y.ts')], {
      running: [about('a', 'x.ts')],
    });
    expect(begin).toEqual(['c']);
    expect(held).toMatchObject({ 'b.md': { reason: expect.stringContaining('a, which is at work') } });
  });

  it('keep what they wait for from those behind them, so that nobody waits for ever', () => {
    const { begin, held } = choose([about('wide', 'x.ts', 'y.ts'), about('late', 'y.ts')], {
      running: [about('a', 'x.ts')],
    });
    expect(begin).toEqual([]);
    expect(held).toMatchObject({ 'late.md': { reason: expect.stringContaining('wide, which comes first') } });
  });

  it('do not meet in different repositories', () => {
    const elsewhere = makeCandidate('b', {
      modifiedFiles: ['x.ts'],
      wishes: { suggestedModels: [], repo: 'web' },
    });
    expect(choose([about('a', 'x.ts'), elsewhere]).begin).toEqual(['a', 'b']);
  });

  it('are only told apart while there is a place for one of them', () => {
    expect(choose([about('a', 'x.ts'), about('b', 'x.ts')], { places: 0 })).toEqual({
      begin: [],
      held: {},
      full: null,
    });
  });
});

describe('pull requests that wait for people', () => {
  const full = { left: 0, most: 3 };

  it('hold back what would open another one, and say so', () => {
    const { begin, held, full } = choose([about('a'), about('b')], { pullRequests: { left: 1, most: 1 } });
    expect(begin).toEqual(['a']);
    expect(full).toMatch(/^1 pull request is open/);
    expect(held).toMatchObject({
      'b.md': {
        verdict: 'hold',
        reason: expect.stringMatching(/^1 pull request is open.*maxOpenPullRequests/),
      },
    });
  });

  it('let reworks through, whose pull request is open already, and whatever the places are', () => {
    const { begin, held } = choose([about('a'), about('rework')], {
      pullRequests: full,
      isOut: ({ id }) => id === 'rework',
    });
    expect(begin).toEqual(['rework']);
    expect(Object.keys(held)).toEqual(['a.md']);
    expect(Object.keys(choose([about('a')], { pullRequests: full, places: 0 }).held)).toEqual(['a.md']);
  });

  it('keep no file from anybody while they are held', () => {
    const { begin } = choose([about('a', 'x.ts'), about('rework', 'x.ts')], {
      pullRequests: full,
      isOut: ({ id }) => id === 'rework',
    });
    expect(begin).toEqual(['rework']);
  });
});

describe('whatever comes', () => {
  const drawn = fc.array(fc.subarray(['a.ts', 'b.ts', 'c.ts', 'd.ts']), { minLength: 1, maxLength: 12 });
  const candidates = (files: readonly string[][]): Candidate[] =>
    files.map((each, index) => about(`t${index}`, ...each));

  it('what runs shares no file, the first is always begun when nothing runs, and each ends in its turn', () => {
    fc.assert(
      fc.property(
        drawn,
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat()),
        (files, most, draws) => {
          let waiting = candidates(files);
          let running: Candidate[] = [];
          for (let rounds = 0; waiting.length > 0; rounds += 1) {
            expect(rounds).toBeLessThan(100);
            const { begin } = choose(waiting, { running, places: most - running.length });
            if (running.length === 0) expect(begin[0]).toBe(waiting[0]?.id);
            running = [...running, ...waiting.filter(({ id }) => begin.includes(id))];
            waiting = waiting.filter(({ id }) => !begin.includes(id));
            const touched = running.flatMap(({ ticket }) => ticket?.modifiedFiles ?? []);
            expect(new Set(touched).size).toBe(touched.length);
            running.splice(draws.next().value % running.length, 1);
          }
        },
      ),
    );
  });

  it('who is first waits for what runs alone, however many come behind it', () => {
    const first = about('first', 'x.ts', 'y.ts');
    let running = [about('old', 'x.ts')];
    const stream = (from: number): Candidate[] => [about(`n${from}`, 'y.ts'), about(`n${from + 1}`, 'x.ts')];
    const during = choose([first, ...stream(0)], { running, places: 3 });
    expect(during.begin).toEqual([]);
    running = [];
    expect(choose([first, ...stream(2)], { running, places: 4 }).begin).toEqual(['first']);
  });
});

describe('quotas', () => {
  const labelled = (id: string, ...labels: string[]): Candidate => makeCandidate(id, { labels });
  const quotas = { repositories: { default: 3 }, labels: { Docs: 1 } };

  it('let no more of a label be at work, whatever its case, and others past it', () => {
    const chosen = choose([labelled('a', 'docs'), labelled('b', 'DOCS', 'x'), labelled('c', 'x')], {
      quotas,
    });
    expect(chosen.begin).toEqual(['a', 'c']);
    expect(chosen.held).toEqual({
      'b.md': {
        verdict: 'wait',
        reason: 'as many tickets of the label docs are at work as `processing.quotas` allows (1)',
      },
    });
  });

  it('do not count what cannot be read', () => {
    const unread = { ...makeCandidate('u'), ticket: null };
    const { begin } = choose([labelled('d', 'docs')], { running: [unread, unread, unread], quotas });
    expect(begin).toEqual(['d']);
  });

  it('count what runs, and each repository for itself', () => {
    const about = (id: string, repo: string) => makeCandidate(id, { wishes: { suggestedModels: [], repo } });
    const elsewhere = about('e', 'other');
    const running = [labelled('a'), about('b', 'default'), labelled('c', 'docs')];
    const { begin, held } = choose([labelled('d'), elsewhere], { running, quotas });
    expect(begin).toEqual(['e']);
    expect(held).toMatchObject({ 'd.md': { reason: expect.stringContaining('repository default') } });
  });
});
