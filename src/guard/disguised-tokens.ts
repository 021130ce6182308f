import { findShapes, type Trace } from './secret-shapes.ts';

/**
 * Tokens that no scanner of lines sees: put together of pieces, spelled in base64 or hexadecimal, or backwards. Only
 * shapes that say by themselves whose secret it is count, so that no other text is taken for one.
 */
export function findDisguised(text: string): Trace[] {
  return [...inPieces(text), ...inCodes(text), ...inReverse(text)];
}

/** From the end of one literal to the beginning of the next, over an operator or a line break at most. */
const seam = /(["'`])\s{0,80}(?:[+.,&]|\.\.)?\s{0,80}(["'`])/g;

function inPieces(text: string): Trace[] {
  const seams = [...text.matchAll(seam)].map((match) => ({ at: match.index, length: match[0].length }));
  if (seams.length === 0) return [];
  const sewn = text.replace(seam, '');
  const originOf = (at: number) =>
    seams.reduce((origin, each) => (each.at <= origin ? origin + each.length : origin), at);
  return findShapes(sewn).map(({ start, end, kind }) => ({
    start: originOf(start),
    end: originOf(end),
    kind,
  }));
}

const codes: readonly [RegExp, 'base64' | 'hex'][] = [
  [/[\w+/-]{24,2000}={0,2}/g, 'base64'],
  [/(?:[0-9a-f]{2}){16,1000}/gi, 'hex'],
];

function inCodes(text: string): Trace[] {
  return codes.flatMap(([shape, code]) =>
    [...text.matchAll(shape)].flatMap((match) => {
      const plain = Buffer.from(match[0], code).toString('latin1');
      const [found] = /^[\x20-\x7e\s]+$/.test(plain) ? findShapes(plain) : [];
      return found === undefined
        ? []
        : [{ start: match.index, end: match.index + match[0].length, kind: found.kind }];
    }),
  );
}

function inReverse(text: string): Trace[] {
  const { length } = text;
  return findShapes(text.split('').reverse().join('')).map(({ start, end, kind }) => ({
    start: length - end,
    end: length - start,
    kind,
  }));
}
