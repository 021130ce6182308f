import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Admission, Candidate } from '../../src/domain/admission.ts';
import { admissionContext, decideAdmission } from '../../src/domain/admission.ts';
import { makeCandidate } from '../support/make-ticket.ts';

const nobody: ReadonlySet<string> = new Set();

function decide(
  candidate: Candidate,
  others: Candidate[] = [],
  { live = nobody, done = nobody } = {},
): Admission {
  return decideAdmission(candidate, admissionContext([candidate, ...others], live, done));
}

const needs = (id: string, ...dependencies: string[]) => makeCandidate(id, { dependencies });

describe('a candidate', () => {
  it('is ready when nothing speaks against it', () => {
    expect(decide(makeCandidate('T-1'))).toEqual({ verdict: 'ready' });
  });

  it('waits while its writer is not done, whatever else is wrong with it', () => {
    const half = makeCandidate('T-1', {}, { settled: false, ticket: null, problem: 'broken' });
    expect(decide(half)).toEqual({
      verdict: 'wait',
      reason: 'it is taken once nobody has written to it for a moment',
    });
  });

  it('is held with its problem when it is no ticket', () => {
    const broken = makeCandidate('T-1', {}, { ticket: null, problem: 'line 3: not YAML' });
    expect(decide(broken)).toEqual({ verdict: 'hold', reason: 'line 3: not YAML' });
    expect(decide({ ...broken, problem: null })).toEqual({
      verdict: 'hold',
      reason: 'the file is not a ticket',
    });
  });

  it('is held while a ticket with its id is in work, however the id is spelled', () => {
    expect(decide(makeCandidate('TASK-007'), [], { live: new Set(['task-7']) })).toEqual({
      verdict: 'hold',
      reason: 'a ticket with id TASK-007 is already in work or in review; give this one another id',
    });
  });

  it('goes first of twins when its name does; the other one is held', () => {
    const [first, second] = ['a.md', 'b.md'].map((file) => makeCandidate('T-1', {}, { file }));
    const context = admissionContext([second as Candidate, first as Candidate], nobody, nobody);
    expect(decideAdmission(first as Candidate, context)).toEqual({ verdict: 'ready' });
    expect(decideAdmission(second as Candidate, context)).toEqual({
      verdict: 'hold',
      reason: 'a.md has the same id T-1; give one of them another id',
    });
  });

  it('waits for a file whose name says the same id and comes first, until that one has been written', () => {
    const unread = makeCandidate('T-1', {}, { file: 'a.md', ticket: null, settled: false });
    expect(decide(makeCandidate('T-1', {}, { file: 'b.md' }), [unread])).toEqual({
      verdict: 'wait',
      reason: 'a.md is still being written and may have the same id',
    });
    expect(decide(makeCandidate('T-1', {}, { file: '0.md' }), [unread])).toEqual({ verdict: 'ready' });
  });

  it('is not kept back by a twin that is no ticket', () => {
    const broken = makeCandidate('T-1', {}, { file: 'a.md', ticket: null, problem: 'x' });
    expect(decide(makeCandidate('T-1', {}, { file: 'b.md' }), [broken])).toEqual({ verdict: 'ready' });
  });

  it('waits out its pause in whole seconds', () => {
    expect(decide(makeCandidate('T-1', {}, { waitSeconds: 4.2 }))).toEqual({
      verdict: 'wait',
      reason: 'tried again in 5 s',
    });
  });
});

describe('a candidate with dependencies', () => {
  it('is ready when all of them are done, however their ids are spelled', () => {
    expect(decide(needs('T-3', 'TASK-01', 'task-2'), [], { done: new Set(['task-1', 'task-2']) })).toEqual({
      verdict: 'ready',
    });
  });

  it('waits for those that are not, and says which of them cannot be found', () => {
    const open = decide(needs('T-9', 'T-1', 'T-2', 'T-3', 'T-4'), [makeCandidate('T-2')], {
      live: new Set(['t-3']),
      done: new Set(['t-1']),
    });
    expect(open).toEqual({ verdict: 'wait', reason: 'waits for T-2, T-3, T-4 (not found)' });
  });

  it('is held in a circle, and told its way round', () => {
    const circle = [needs('T-1', 't-02'), needs('T-2', 'T-3', 'T-9'), needs('T-3', 'T-1')];
    const context = admissionContext(circle, nobody, nobody);
    expect(circle.map((candidate) => decideAdmission(candidate, context))).toEqual(
      ['T-1 -> T-2 -> T-3 -> T-1', 'T-2 -> T-3 -> T-1 -> T-2', 'T-3 -> T-1 -> T-2 -> T-3'].map((way) => ({
        verdict: 'hold',
        reason: `its dependencies go in a circle: ${way}; take one of them out of \`dependencies\``,
      })),
    );
  });

  it('is held when it waits for itself', () => {
    expect(decide(needs('T-1', 't-1'))).toEqual({
      verdict: 'hold',
      reason: 'its dependencies go in a circle: T-1 -> T-1; take one of them out of `dependencies`',
    });
  });

  it('only waits when the circle is further on', () => {
    const circle = [needs('T-1', 'T-2'), needs('T-2', 'T-1')];
    expect(decide(needs('T-3', 'T-1'), circle)).toEqual({ verdict: 'wait', reason: 'waits for T-1' });
  });

  it('is told a circle too large to print by its size', () => {
    const ring = Array.from({ length: 40 }, (_, index) => needs(`T-${index}`, `T-${(index + 1) % 40}`));
    expect(decide(ring[0] as Candidate, ring.slice(1))).toEqual({
      verdict: 'hold',
      reason: 'its dependencies go in a circle of 40 tickets; take one of them out of `dependencies`',
    });
  });

  it('is held exactly when it can be reached from itself', () => {
    const graph = fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(graph, (edges) => {
        const candidates = edges.map((next, index) => needs(`T-${index}`, ...next.map((to) => `T-${to}`)));
        const context = admissionContext(candidates, nobody, nobody);
        edges.forEach((next, index) => {
          const { verdict } = decideAdmission(candidates[index] as Candidate, context);
          const expected = reaches(edges, next, index) ? 'hold' : next.length === 0 ? 'ready' : 'wait';
          expect({ index, verdict }).toEqual({ index, verdict: expected });
        });
      }),
    );
  });

  it.each([
    ['chain', 'T-none', 'wait'],
    ['ring', 'T-0', 'hold'],
  ])('is decided in linear time within a %s of 10,000 tickets', (_shape, last, expected) => {
    const size = 10_000;
    let looks = 0;
    const candidates = Array.from({ length: size }, (_, index) => {
      const candidate = needs(`T-${index}`, index === size - 1 ? last : `T-${index + 1}`);
      const { dependencies } = candidate.ticket as { dependencies: string[] };
      Object.defineProperty(candidate.ticket, 'dependencies', { get: () => (looks++, dependencies) });
      return candidate;
    });
    const context = admissionContext(candidates, nobody, nobody);
    const verdicts = new Set(candidates.map((candidate) => decideAdmission(candidate, context).verdict));
    expect([...verdicts]).toEqual([expected]);
    expect(looks).toBeLessThan(size * 5);
  });
});

/** Whether `target` can be reached over `next` and on. */
function reaches(edges: readonly number[][], next: readonly number[], target: number): boolean {
  const seen = new Set<number>();
  const open = [...next];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === target) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...(edges[at] ?? []));
  }
  return false;
}
