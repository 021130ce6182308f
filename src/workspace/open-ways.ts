import { createEgressProxy, type Egress } from './egress-proxy.ts';
import { forwardServer } from './forward-server.ts';
import { openRelay } from './open-relay.ts';
import type { Enclosure, Sandbox } from './sandbox.ts';

/** Where programs run, and what they may reach of the network although they have none; null: nothing. */
export type Walls = { sandbox: Sandbox; egress: Egress | null };

/** A way past the walls for one program, to be closed with it. */
export type Ways = {
  /** The address of the model server as the program sees it; null where none was asked for. */
  server: string | null;
  enclose: Sandbox['enclose'];
  close: () => Promise<void>;
};

const proxyPort = 18_128;

/** Leads out of an enclosure without network to a model server and to the listed hosts, where there are such. */
export async function openWays(
  { sandbox, egress }: Walls,
  { network }: Enclosure,
  server: string | null = null,
): Promise<Ways> {
  if (sandbox.kind === 'none' || network)
    return { server, enclose: sandbox.enclose, close: () => Promise.resolve() };
  const forward = server === null ? null : forwardServer(server);
  const port = forward?.port === proxyPort ? proxyPort + 1 : proxyPort;
  const proxy = egress === null ? null : { port, server: createEgressProxy(egress) };
  const relay = await openRelay(
    [forward, proxy].filter((way) => way !== null),
    sandbox.user,
  );
  return {
    server: forward?.url ?? null,
    enclose(argv, enclosure) {
      const views = [...enclosure.views, ...relay.views];
      const enclosed = sandbox.enclose(relay.wrap(argv), { ...enclosure, views });
      return proxy === null
        ? enclosed
        : { ...enclosed, env: { ...enclosed.env, ...proxyVariables(`http://127.0.0.1:${port}`) } };
    },
    close: relay.close,
  };
}

/** Each program has its own name for it; what a program serves to itself goes no way round. */
function proxyVariables(url: string): Record<string, string> {
  const own = 'localhost,127.0.0.1,::1';
  return {
    HTTP_PROXY: url,
    HTTPS_PROXY: url,
    NO_PROXY: own,
    http_proxy: url,
    https_proxy: url,
    no_proxy: own,
    npm_config_proxy: url,
    npm_config_https_proxy: url,
    npm_config_noproxy: own,
    PIP_PROXY: url,
    YARN_HTTP_PROXY: url,
    YARN_HTTPS_PROXY: url,
    NODE_USE_ENV_PROXY: '1',
  };
}
