import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseVerdict } from '../../src/review/parse-verdict.ts';

const finding = { severity: 'LOW', category: 'style', file: 'a.ts', line: 0, message: 'm' };
const json = (changes: object = {}) =>
  JSON.stringify({ nonce: 'n', summary: 's', findings: [finding], ...changes });
const withFinding = (changes: object) => json({ findings: [{ ...finding, ...changes }] });

describe('a verdict in JSON', () => {
  it('is read with its findings', () => {
    expect(parseVerdict(` ${json()}\n`, 'n')).toEqual({ summary: 's', findings: [finding] });
    expect(parseVerdict(withFinding({ suggestion: 'x' }), 'n')).toMatchObject({
      findings: [{ suggestion: 'x' }],
    });
    expect(parseVerdict(withFinding({ suggestion: ' ' }), 'n')).toEqual({
      summary: 's',
      findings: [finding],
    });
    expect(parseVerdict(withFinding({ suggestion: null, extra: 1 }), 'n')).toEqual({
      summary: 's',
      findings: [finding],
    });
  });

  it.each([
    ['no nonce', json({ nonce: undefined })],
    ['another nonce', json({ nonce: 'm' })],
    ['a nonce in a list', json({ nonce: ['n'] })],
    ['no summary', json({ summary: 1 })],
    ['no findings', json({ findings: undefined })],
    ['findings that are no list', json({ findings: {} })],
    ['a finding that is null', json({ findings: [null] })],
    ['an unknown severity', withFinding({ severity: 'critical' })],
    ['an unknown category', withFinding({ category: 'praise' })],
    ['a file that is no text', withFinding({ file: 1 })],
    ['a line below 0', withFinding({ line: -1 })],
    ['a line between lines', withFinding({ line: 1.5 })],
    ['a line as text', withFinding({ line: '3' })],
    ['a message of blanks', withFinding({ message: ' ' })],
    ['something behind it', `${json()} approved`],
    ['two verdicts', `${json()}${json()}`],
    ['a list', `[${json()}]`],
    ['nothing', ' '],
  ])('is none with %s', (_what, text) => {
    expect(parseVerdict(text, 'n')).toHaveProperty('problem');
  });
});

describe('a verdict in lines', () => {
  it('is read when it is closed with the nonce', () => {
    const text =
      'I read it.\n\n[CRITICAL] src/a b.ts:12 - drops - all rows\r\n[LOW] README.md - typo\nREVIEW-COMPLETE n\n';
    expect(parseVerdict(text, 'n')).toEqual({
      summary: 'I read it.',
      findings: [
        { severity: 'CRITICAL', category: 'bugs', file: 'src/a b.ts', line: 12, message: 'drops - all rows' },
        { severity: 'LOW', category: 'bugs', file: 'README.md', line: 0, message: 'typo' },
      ],
    });
    expect(parseVerdict('REVIEW-COMPLETE n', 'n')).toEqual({ summary: '', findings: [] });
  });

  it.each([
    ['another nonce', 'REVIEW-COMPLETE m'],
    ['no end', '[LOW] a.ts:1 - x'],
    ['words behind the end', 'REVIEW-COMPLETE n\nthanks'],
    ['an unknown severity', '[FATAL] a.ts:1 - x\nREVIEW-COMPLETE n'],
    ['a line without a message', '[HIGH] a.ts:1\nREVIEW-COMPLETE n'],
  ])('is none with %s', (_what, text) => {
    expect(parseVerdict(text, 'n')).toHaveProperty('problem');
  });
});

it('a text without the nonce is never a verdict', () => {
  const shape = fc.constantFrom(
    '{"nonce":"',
    '"summary":"ok","findings":[]',
    '}',
    '{',
    '[LOW] a:1 - b',
    '\n',
    'REVIEW-COMPLETE ',
    '"',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(shape, fc.string()), { maxLength: 12 }), (pieces) => {
      expect(parseVerdict(pieces.join(''), '8f1c-unguessable')).toHaveProperty('problem');
    }),
  );
});
