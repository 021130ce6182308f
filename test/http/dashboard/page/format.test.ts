import { describe, expect, it } from '@jest/globals';
import {
  age,
  amount,
  bytes,
  clock,
  duration,
  moment,
  percent,
  plain,
  usd,
} from '../../../../src/http/dashboard/page/format.ts';

describe('figures in words', () => {
  it.each([
    [duration(820), '820 ms'],
    [duration(4200), '4.2 s'],
    [duration(42_000), '42 s'],
    [duration(180_000), '3 min'],
    [duration(185_000), '3 min 5 s'],
    [duration(7_800_000), '2 h 10 min'],
    [duration(7_200_000), '2 h'],
    [duration(200_000_000), '2 d 7 h'],
    [usd(0), '$0'],
    [usd(0.0042), '$0.0042'],
    [usd(1.239), '$1.24'],
    [amount(950), '950'],
    [amount(12_345), '12.3k'],
    [amount(4_500_000), '4.5M'],
    [percent(0.857), '86 %'],
    [bytes(4_700_000_000), '4.7 GB'],
    [bytes(12_000_000), '12 MB'],
    [clock('never'), ''],
    [moment('never'), ''],
    [plain('a\u202eb'), 'a⟦U+202E⟧b'],
  ])('%s', (told, expected) => {
    expect(told).toBe(expected);
  });

  it.each([
    [30, 'now'],
    [300, '5 min'],
    [10_800, '3 h'],
    [200_000, '2 d'],
  ])('%d seconds ago is %s', (seconds, expected) => {
    const now = Date.parse('2026-01-10T10:00:00Z');
    expect(age(new Date(now - seconds * 1000).toISOString(), now)).toBe(expected);
    expect(age('never', now)).toBe('');
  });
});
