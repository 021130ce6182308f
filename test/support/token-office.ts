import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As much of GitHub as says what a token may do: `may` is asked anew each time. A token that ends in `refused` is none. */
export async function startTokenOffice(): Promise<{
  url: string;
  may: { push: boolean; pulls: number; issues: number; scopes: string };
  asked: string[];
  close: () => Promise<void>;
}> {
  const may = { push: true, pulls: 200, issues: 200, scopes: '' };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { authorization = '' } = request.headers;
    const path = request.url ?? '';
    asked.push(`${path} ${authorization}`);
    const status = path.includes('/pulls') ? may.pulls : path.includes('/issues') ? may.issues : 200;
    response.writeHead(authorization.endsWith('refused') ? 401 : status, { 'x-oauth-scopes': may.scopes });
    response.end(JSON.stringify({ permissions: { push: may.push } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    may,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
