import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import { readPage } from '../../../src/http/dashboard/read-page.ts';
import type { TestServer } from '../../support/http-server.ts';
import { startTestServer } from '../../support/http-server.ts';

describe('the dashboard', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startTestServer();
  });
  afterEach(() => server.close());

  it('is one document that names files of our own alone, none of them inline', async () => {
    const answer = await fetch(server.url);
    const html = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';style-src 'self'");
    const addresses = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address = '']) => address);
    expect(addresses.length).toBeGreaterThan(20);
    for (const address of addresses) expect(address).toMatch(/^\/assets\/[\w-]{16}\/[\w.-]+\.(js|css)$/);
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/);
  });

  it('has files that never change under their address, and that import nothing which is not there', async () => {
    const { version, files } = readPage();
    for (const [name, file] of files) {
      const answer = await fetch(`${server.url}/assets/${version}/${name}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
      expect(answer.headers.get('content-encoding')).toBe('gzip');
      const text = await answer.text();
      expect(gunzipSync(file.gzip).toString()).toBe(text);
      for (const [, imported = ''] of text.matchAll(
        /^(?:import|.*;import)\b[^'"]*from\s*['"]([^'"\s]+)['"]/gm,
      ))
        expect(files.has(imported.replace('./', ''))).toBe(true);
    }
  });

  it('is small: a tenth of a megabyte in all, packed', () => {
    const { html, files } = readPage();
    const packed = [html, ...files.values()].reduce((sum, { gzip }) => sum + gzip.length, 0);
    expect(packed).toBeLessThan(100_000);
  });

  it('comes unpacked to those who cannot unpack it', async () => {
    const answer = await fetch(server.url, { headers: { 'accept-encoding': 'identity' } });
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await answer.text()).toContain('<!doctype html>');
  });

  it.each([
    '/assets/other/main.js',
    '/assets/VERSION/package.json',
    '/assets/VERSION/..%2f..%2f.env',
    '/assets/VERSION/..%5c..%5c.env',
    '/assets/VERSION/%2e%2e%2fmain.js',
    '/assets/VERSION/main.js%00',
    '/assets/VERSION/',
    '/assets/VERSION',
    '/static/..%2f..%2f.env',
  ])('has nothing at %s', async (path) => {
    const { version } = readPage();
    const answer = await fetch(server.url + path.replace('VERSION', version));
    expect([400, 404]).toContain(answer.status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});
