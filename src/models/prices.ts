import { priceTable } from './price-table.ts';

/** US dollars for a million tokens. */
export type Price = { input: number; output: number };

/**
 * What a model is known to cost, by its id with its provider; null when that is not known. A dated or preview form of
 * a model costs what the model does; any other ending makes it another model. Routers charge what the maker charges.
 */
export function knownPrice(id: string): Price | null {
  const [provider = '', ...rest] = id.split('/');
  if (provider === 'ollama') return { input: 0, output: 0 };
  if (provider === 'openrouter' && rest.length > 1)
    return id.endsWith(':free') ? { input: 0, output: 0 } : knownPrice(rest.join('/'));
  const names = Object.hasOwn(priceTable, provider) ? priceTable[provider] : undefined;
  const wanted = spelled(rest.join('/'));
  const found = Object.entries(names ?? {}).find(([name]) => isForm(wanted, spelled(name)));
  return found === undefined ? null : { input: found[1][0], output: found[1][1] };
}

/** Versions are written with dots or dashes. */
function spelled(name: string): string {
  return name.toLowerCase().replaceAll('.', '-');
}

function isForm(name: string, base: string): boolean {
  if (!name.startsWith(base)) return false;
  return /^([-@](\d{4}-\d{2}-\d{2}|\d{8}|\d{2}-\d{4}|\d{2}-\d{2}|latest|preview|exp))*$/.test(
    name.slice(base.length),
  );
}
