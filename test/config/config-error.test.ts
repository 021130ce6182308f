import { describe, expect, it } from '@jest/globals';
import { ConfigError, hideLogins, showValue } from '../../src/config/config-error.ts';

const fault = {
  path: 'server.port',
  place: 'config.json:3:11',
  found: '"x"',
  expected: 'a number',
  advice: 'correct it',
};

describe('ConfigError', () => {
  it('lists every fault with its key, place, value, rule and remedy', () => {
    const error = new ConfigError([fault, { ...fault, path: 'root', place: null }], ['a warning']);
    expect(error.message).toBe(
      'The config has 2 faults:\n' +
        '  server.port (config.json:3:11): found "x", expected a number; correct it.\n' +
        '  root: found "x", expected a number; correct it.',
    );
    expect(error).toMatchObject({ name: 'ConfigError', warnings: ['a warning'] });
    expect(error).toBeInstanceOf(Error);
  });

  it('counts one fault as one', () => {
    expect(new ConfigError([fault]).message).toMatch(/^The config has a fault:\n/);
  });
});

describe('showValue', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['a "b"', '"a \\"b\\""'],
    [[1, { a: true }], '[1,{"a":true}]'],
    ['http://me:word@box', '"http://***@box"'],
  ])('%j is shown as %s', (value, shown) => {
    expect(showValue(value)).toBe(shown);
  });

  it('is short', () => {
    expect(showValue('x'.repeat(500))).toMatch(/^"x{76}\.\.\.$/);
  });
});

describe('hideLogins', () => {
  it('hides every name and password in a URL, and nothing else', () => {
    expect(hideLogins('["http://a:b@c", "https://t@d/x", "http://e/@f"] mail@g')).toBe(
      '["http://***@c", "https://***@d/x", "http://e/@f"] mail@g',
    );
  });
});
