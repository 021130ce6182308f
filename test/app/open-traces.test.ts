import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const root = new URL('../../src/', import.meta.url).href;

/**
 * Loads the whole house in a process of its own and prints which of the libraries came along. The bare interface of
 * OpenTelemetry does with prom-client.
 */
const script = `
import { registerHooks } from 'node:module';
const loaded = new Set();
registerHooks({ resolve(name, context, next) { loaded.add(name); return next(name, context); } });
await import('${root}app.ts');
await import('${root}app/start-daemon.ts');
const { openTraces } = await import('${root}app/open-traces.ts');
const libraries = () => [...loaded].filter((name) => /^(@opentelemetry\\/(?!api$)|nodemailer$)/.test(name));
const config = (telemetry) => ({ config: { telemetry }, secrets: {} });
const rest = { clock: { now: () => new Date() }, redact: (text) => text, warn: () => undefined };
const none = await openTraces(config({ serviceName: 'mill' }), rest);
const before = libraries();
const some = await openTraces(config({ otlpEndpoint: 'http://127.0.0.1:1', serviceName: 'mill' }), rest);
await some.close();
console.log(JSON.stringify({ none, before, after: libraries().length > before.length }));
`;

describe('openTraces', () => {
  it('loads OpenTelemetry when there is a collector, and nothing of it otherwise', async () => {
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(JSON.parse(stdout)).toEqual({ none: null, before: [], after: true });
  }, 30_000);
});
