import { describe, expect, it } from '@jest/globals';
import { isLinkLocal } from '../../src/config/link-local.ts';
import { faultsOf, loadWritten } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();

describe('isLinkLocal', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://169.254.1.2:80',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://METADATA.google.internal./',
    'http://metadata/',
  ])('finds %s', (address) => expect(isLinkLocal(address)).toBe(true));

  it.each([
    'http://127.0.0.1:11434',
    'http://[::1]:1',
    'http://192.168.1.5',
    'https://hooks.example.org/x',
    'no address',
  ])('leaves %s alone', (address) => expect(isLinkLocal(address)).toBe(false));
});

describe('a config that would ask the machine for its credentials (S80)', () => {
  it('is refused, key by key', () => {
    const faults = faultsOf(() =>
      loadWritten(directory(), {
        ollama: { hosts: ['http://127.0.0.1:1', 'http://169.254.169.254'] },
        providers: { mine: { baseUrl: 'http://169.254.170.2/v1' } },
        notifications: { webhook: { url: 'http://metadata.google.internal/x' } },
        telemetry: { otlpEndpoint: 'http://[fe80::1]:4318' },
      }),
    );
    expect(faults.map(({ path }) => path)).toEqual([
      'ollama.hosts[1]',
      'providers.mine.baseUrl',
      'notifications.webhook.url',
      'telemetry.otlpEndpoint',
    ]);
    expect(faults[0]?.expected).toContain('link-local');
  });

  it.each(['file:///etc/passwd', 'gopher://x', 'https://user:pass@example.org/'])(
    'is refused where an address is none that may be asked: %s',
    (address) => {
      const config = { notifications: { webhook: { url: address } }, telemetry: { otlpEndpoint: address } };
      expect(faultsOf(() => loadWritten(directory(), config))).toHaveLength(2);
    },
  );
});
