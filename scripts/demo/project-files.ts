/** A small shop with a bug at a boundary, and the test that shows it. Without dependencies, so nothing is installed. */
export const projectFiles: Record<string, string> = {
  'package.json': `{
  "name": "market-stall",
  "version": "1.4.0",
  "private": true,
  "type": "module",
  "scripts": {
    "test": "node --test"
  }
}
`,

  'README.md': `# Market stall

Prices, shipping and receipts of a small shop. All amounts are in cents.
`,

  'src/basket.js': `/** What the lines of a basket cost together, in cents. A line is {name, price, count}. */
export function totalOf(lines) {
  return lines.reduce((sum, { price, count }) => sum + price * count, 0);
}
`,

  'src/shipping.js': `const freeFrom = 5000;
const flatRate = 490;

/** What shipping costs for goods of this total, in cents: nothing from 50 euros on. */
export function shippingFor(total) {
  return total > freeFrom ? 0 : flatRate;
}
`,

  'src/receipt.js': `import { totalOf } from './basket.js';

export function euros(cents) {
  return (cents / 100).toFixed(2) + ' EUR';
}

/** The receipt of a basket, a line each. */
export function receipt(lines) {
  const goods = lines.map(({ name, price, count }) => \`\${count} x \${name}  \${euros(price * count)}\`);
  return [...goods, \`Total  \${euros(totalOf(lines))}\`].join('\\n');
}
`,

  'test/basket.test.js': `import { strictEqual } from 'node:assert';
import { test } from 'node:test';
import { totalOf } from '../src/basket.js';

test('a basket costs what its lines cost', () => {
  strictEqual(totalOf([{ name: 'Apples', price: 250, count: 3 }]), 750);
});

test('an empty basket costs nothing', () => {
  strictEqual(totalOf([]), 0);
});
`,

  'test/shipping.test.js': `import { strictEqual } from 'node:assert';
import { test } from 'node:test';
import { shippingFor } from '../src/shipping.js';

test('below 50 euros shipping has its price', () => {
  strictEqual(shippingFor(4999), 490);
});

test('from 50 euros on shipping is free', () => {
  strictEqual(shippingFor(5000), 0);
});
`,

  'test/receipt.test.js': `import { strictEqual } from 'node:assert';
import { test } from 'node:test';
import { receipt } from '../src/receipt.js';

test('a receipt has its lines and a total', () => {
  const lines = [{ name: 'Honey', price: 890, count: 2 }];
  strictEqual(receipt(lines).split('\\n')[0], '2 x Honey  17.80 EUR');
});
`,

  '.github/workflows/test.yml': `name: test
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm test
`,
};
