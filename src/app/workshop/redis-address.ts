import type { LoadedConfig } from '../../config/load.ts';

/** Where Redis is, with the password that stands in no config file. */
export function redisAddress({ config, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>): {
  url: string;
  password: string | null;
} {
  return { url: config.queue.url, password: secrets.REDIS_PASSWORD ?? null };
}
