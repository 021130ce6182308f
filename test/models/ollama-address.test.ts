import { describe, expect, it } from '@jest/globals';
import { readAddress } from '../../src/models/ollama-address.ts';

describe('the address of an Ollama server', () => {
  it.each([
    ['http://127.0.0.1:11434', 'http://127.0.0.1:11434'],
    ['http://127.0.0.1:11434/', 'http://127.0.0.1:11434'],
    [' box ', 'http://box:11434'],
    ['localhost:8080', 'http://localhost:8080'],
    [':8080', 'http://127.0.0.1:8080'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:9000', 'http://127.0.0.1:9000'],
    ['[::]:9000', 'http://[::1]:9000'],
    ['https://models.example/ollama/', 'https://models.example/ollama'],
    ['http://box', 'http://box'],
  ])('%s is %s', (host, url) => {
    expect(readAddress(host)).toEqual({ url, headers: {} });
  });

  it('takes a login out of the address', () => {
    const login = Buffer.from('anna:p@ss').toString('base64');
    expect(readAddress('https://anna:p%40ss@box')).toEqual({
      url: 'https://box',
      headers: { authorization: `Basic ${login}` },
    });
  });

  it.each(['ftp://box', 'file:///etc/passwd', 'http://', 'a b', ''])('refuses %j', (host) => {
    expect(() => readAddress(host)).toThrow('expected an http:// or https:// address');
  });

  it('does not show a login that it refuses', () => {
    expect(() => readAddress('ftp://anna:secret@box')).toThrow('"ftp://***@box"');
  });
});
