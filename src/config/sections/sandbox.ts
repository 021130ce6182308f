import { choice, flag, form, group, list } from './values.ts';

export const sandbox = group({
  mode: choice(['auto', 'required', 'off'])
    .default('auto')
    .describe(
      '`auto`: sandboxed where the system allows it, else a warning; `required`: never without; `off`: never.',
    ),
  network: flag().default(false).describe('Whether checks and agent commands may use the network.'),
  allowedHosts: list(
    form(
      /^(?:(?:\*\.)?[\w-]+(?:\.[\w-]+)*|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/,
      'a host such as "registry.npmjs.org", "*.example.org" or "10.0.0.5:8080"',
    ),
  )
    .default([])
    .describe(
      'Hosts that they reach without it, by a proxy over http and https: a name, `*.` and what names end with, or an address; at 80 and 443 unless a port is named.',
    ),
});
