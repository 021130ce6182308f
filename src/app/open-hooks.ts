import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Clock } from '../ports.ts';
import { createHooks } from '../workspace/hooks.ts';
import type { Hooks } from '../workspace/hooks.ts';

type Told = {
  env: Environment;
  clock: Clock;
  redact: (text: string) => string;
  warn: (message: string) => void;
};

/** What a command of the user finds around it; no secret of ours is among it. */
const passedOn = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'TZ',
  'SSH_AUTH_SOCK',
  'DBUS_SESSION_BUS_ADDRESS',
  'DISPLAY',
];

/** The hooks of the config as it is at each moment. */
export function openHooks(loaded: LoadedConfig, { env, clock, redact, warn }: Told): Hooks {
  const known = passedOn.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return createHooks({
    commands: (name) => loaded.config.hooks[name],
    root: loaded.root,
    env: Object.fromEntries(known),
    now: () => clock.now(),
    redact,
    warn,
  });
}
