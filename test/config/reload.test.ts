import { describe, expect, it } from '@jest/globals';
import { liveKeys, reload } from '../../src/config/reload.ts';
import { configSchema } from '../../src/config/schema.ts';
import { getPath, hasPath } from '../../src/config/tree.ts';

const running = configSchema.parse({});

describe('reload', () => {
  it.each(liveKeys)('knows %s', (key) => {
    const whole = configSchema.parse({ git: { prBody: 'x' }, agent: { maxSteps: 1 }, checks: {} });
    expect(hasPath(whole, key.split('.'))).toBe(true);
    expect(getPath(reload(running, whole).config, key.split('.'))).toEqual(getPath(whole, key.split('.')));
  });

  it('takes over what can change, names what has to wait, and leaves the running config as it is', () => {
    const wanted = configSchema.parse({
      checks: { test: { run: ['make'] } },
      git: { draft: true, remote: 'upstream' },
      server: { port: 4000 },
    });
    const { config, changed, waiting } = reload(running, wanted);
    expect(changed).toEqual(['checks', 'git.draft']);
    expect(waiting).toEqual(['git.remote', 'server.port']);
    expect(config.git).toMatchObject({ draft: true, remote: 'origin' });
    expect(running.git.draft).toBe(false);
  });

  it('goes all the way back', () => {
    const wanted = configSchema.parse({ checks: { test: { run: ['make'] } }, git: { draft: true } });
    const back = reload(reload(running, wanted).config, running);
    expect(back).toMatchObject({ changed: ['checks', 'git.draft'], waiting: [] });
    expect(back.config.checks).toBeUndefined();
  });
});
