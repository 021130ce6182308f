import { describe, expect, it } from '@jest/globals';
import { normaliseHost } from '../../src/config/ollama-host.ts';

describe('normaliseHost', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:11434'],
    ['gpu-box', 'http://gpu-box:11434'],
    ['gpu-box:80', 'http://gpu-box'],
    ['gpu-box:8000', 'http://gpu-box:8000'],
    [':8000', 'http://127.0.0.1:8000'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:9', 'http://127.0.0.1:9'],
    ['::1', 'http://[::1]:11434'],
    ['[::]:9', 'http://[::1]:9'],
    ['http://0.0.0.0:11434/', 'http://127.0.0.1:11434'],
    ['http://box', 'http://box'],
    ['https://box/ollama/', 'https://box/ollama'],
    ['box/ollama', 'http://box:11434/ollama'],
    [' "http://box:1" ', 'http://box:1'],
    ['https://me:word@box', 'https://me:word@box'],
  ])('%s is %s', (written, url) => {
    expect(normaliseHost(written)).toBe(url);
  });

  it.each([
    '',
    ' ',
    'ftp://box',
    'file:///etc/passwd',
    'a b',
    'http://',
    'box:99999',
    'http://box?x=1',
    'box#x',
  ])('%j is no host', (written) => {
    expect(normaliseHost(written)).toBeNull();
  });
});
