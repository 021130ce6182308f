import { describe, expect, it } from '@jest/globals';
import {
  dateOf,
  dueDateOf,
  listOf,
  numberOf,
  optionalText,
  priorityOf,
  textOf,
} from '../../src/backlog/field-values.ts';

const newYear = new Date('2024-01-01T00:00:00Z');

describe('textOf', () => {
  it.each<[unknown, string]>([
    ['a', 'a'],
    [2.5, '2.5'],
    [null, 'null'],
    [true, 'true'],
    [{ toString: 'x' }, '[object Object]'],
    [[1, null, ['a', newYear]], '1,,a,Mon Jan 01 2024 00:00:00 GMT+0000 (Coordinated Universal Time)'],
    [newYear, 'Mon Jan 01 2024 00:00:00 GMT+0000 (Coordinated Universal Time)'],
  ])('%j', (value, text) => {
    expect(textOf(value)).toBe(text);
  });
});

describe('optionalText, listOf, priorityOf', () => {
  it('see nothing where Backlog.md sees nothing', () => {
    expect([null, undefined, '', 0, false, NaN].map(optionalText)).toEqual(Array(6).fill(undefined));
    expect([listOf('a, b'), listOf(undefined), listOf([1, null])]).toEqual([[], [], ['1', 'null']]);
    expect([priorityOf(' Very  HIGH '), priorityOf('  '), priorityOf(null)]).toEqual([
      'very high',
      undefined,
      undefined,
    ]);
  });
});

describe('numberOf', () => {
  it.each<[unknown, number]>([
    [10, 10],
    ['10', 10],
    [null, 0],
    [[5], 5],
    [{ valueOf: 1 }, NaN],
    [newYear, newYear.getTime()],
  ])('%j -> %p', (value, number) => {
    expect(numberOf(value)).toBe(number);
  });
});

describe('dateOf', () => {
  it.each<[unknown, string]>([
    [undefined, ''],
    [newYear, '2024-01-01'],
    [new Date('2024-01-01T10:30:59Z'), '2024-01-01 10:30'],
    ['2024-01-02 10:30', '2024-01-02 10:30'],
    ['2024-01-02T10:30', '2024-01-02 10:30'],
    ["'2024-01-02'", '2024-01-02'],
    ['12-03-24', '2024-03-12'],
    ['12/03/24', '2024-03-12'],
    ['12.03.24', '2024-03-12'],
    ['12.03-24', '12.03-24'],
    ['soon', 'soon'],
  ])('%j -> %j', (value, text) => {
    expect(dateOf(value)).toBe(text);
  });
});

describe('dueDateOf', () => {
  it.each<[unknown, string | null | undefined]>([
    [undefined, undefined],
    [null, undefined],
    ['  ', undefined],
    [newYear, '2024-01-01'],
    ['2026-08-10', '2026-08-10'],
    ['2026-08-10T14:30:00.123+02:00', '2026-08-10'],
    ['2026-02-30', null],
    ['2026-08-10 25:00', null],
    ['tomorrow', null],
    [20260810, null],
  ])('%j -> %j', (value, day) => {
    expect(dueDateOf(value)).toBe(day);
  });
});
