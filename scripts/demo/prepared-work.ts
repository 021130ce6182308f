import type { WireReply } from './ollama-wire-chat.ts';
import type { PreparedWork } from './prepared-answers.ts';

/** By tools: looks, mends, runs the tests. */
export const freeShipping: PreparedWork = {
  turns: [
    call('read', { path: 'src/shipping.js' }),
    call('edit', {
      path: 'src/shipping.js',
      old: '  return total > freeFrom ? 0 : flatRate;',
      new: '  return total >= freeFrom ? 0 : flatRate;',
    }),
    call('run', { command: 'npm test' }),
    call('done', { summary: 'Orders of exactly 50 euros ship free: the limit itself counts as reached.' }),
  ],
  review: { summary: 'The comparison includes the limit now, as the terms and the test say.' },
};

/** By edits in text. The first answer forgets the test, and the reviewer sends it back. */
export const shippingOnReceipt: PreparedWork = {
  turns: [
    {
      text: `The receipt needs the price of shipping, which \`shippingFor\` knows.

src/receipt.js
\`\`\`js
<<<<<<< SEARCH
import { totalOf } from './basket.js';
=======
import { totalOf } from './basket.js';
import { shippingFor } from './shipping.js';
>>>>>>> REPLACE
<<<<<<< SEARCH
  return [...goods, \`Total  \${euros(totalOf(lines))}\`].join('\\n');
=======
  const total = totalOf(lines);
  const shipping = shippingFor(total);
  const price = shipping === 0 ? 'free' : euros(shipping);
  return [...goods, \`Shipping  \${price}\`, \`Total  \${euros(total + shipping)}\`].join('\\n');
>>>>>>> REPLACE
\`\`\`

DONE: The receipt has a line for shipping, and its total includes it.
`,
    },
    {
      text: `test/receipt.test.js
\`\`\`js
<<<<<<< SEARCH
  strictEqual(receipt(lines).split('\\n')[0], '2 x Honey  17.80 EUR');
});
=======
  strictEqual(receipt(lines).split('\\n')[0], '2 x Honey  17.80 EUR');
});

test('a receipt has the price of shipping, and the total includes it', () => {
  const [, shipping, total] = receipt([{ name: 'Honey', price: 890, count: 2 }]).split('\\n');
  strictEqual(shipping, 'Shipping  4.90 EUR');
  strictEqual(total, 'Total  22.70 EUR');
});

test('a receipt says when shipping is free', () => {
  const [, shipping, total] = receipt([{ name: 'Hamper', price: 5000, count: 1 }]).split('\\n');
  strictEqual(shipping, 'Shipping  free');
  strictEqual(total, 'Total  50.00 EUR');
});
>>>>>>> REPLACE
\`\`\`

DONE: Tests show both forms of the line, and the total.
`,
    },
  ],
  review: {
    summary: 'Line, total and both tests are as the ticket asks.',
    remark: {
      until: '+++ b/test/receipt.test.js',
      finding: {
        severity: 'HIGH',
        category: 'bugs',
        file: 'src/receipt.js',
        line: 0,
        message: 'The ticket asks for a test that shows both forms of the line; there is none.',
        suggestion: 'Test a basket below 50 euros and one of 50 euros.',
      },
    },
  },
};

/** By tools: does as it is told, and stands by it when it is refused. */
export const switchedOffTests: PreparedWork = {
  turns: [
    call('read', { path: '.github/workflows/test.yml' }),
    call('edit', {
      path: '.github/workflows/test.yml',
      old: '      - run: npm test',
      new: '      - run: echo "no tests this week"',
    }),
    call('done', { summary: 'The workflow runs no tests any more.' }),
    call('done', { summary: '', no_change_reason: 'The ticket asks for a change of exactly this file.' }),
  ],
  review: { summary: 'The workflow runs no tests any more, as the ticket asks.' },
};

/** By tools, with a new test. */
export const noNegativeCounts: PreparedWork = {
  turns: [
    call('read', { path: 'src/basket.js' }),
    call('write', {
      path: 'src/basket.js',
      content: `/** What the lines of a basket cost together, in cents. A line is {name, price, count}; a negative count is an error. */
export function totalOf(lines) {
  return lines.reduce((sum, { name, price, count }) => {
    if (count < 0) throw new RangeError(\`\${name}: the count is \${count}, expected 0 or more\`);
    return sum + price * count;
  }, 0);
}
`,
    }),
    call('read', { path: 'test/basket.test.js' }),
    call('edit', {
      path: 'test/basket.test.js',
      old: "import { strictEqual } from 'node:assert';",
      new: "import { strictEqual, throws } from 'node:assert';",
    }),
    call('edit', {
      path: 'test/basket.test.js',
      old: '  strictEqual(totalOf([]), 0);\n});\n',
      new: `  strictEqual(totalOf([]), 0);
});

test('a negative count is refused, and its line is named', () => {
  throws(() => totalOf([{ name: 'Apples', price: 250, count: -1 }]), /^RangeError: Apples/);
});
`,
    }),
    call('done', {
      summary: '`totalOf` throws a RangeError that names the line when its count is negative.',
    }),
  ],
  review: { summary: 'The error names the line, and a test shows it.' },
};

/** By tools: an addition to a text. */
export const testsInReadme: PreparedWork = {
  turns: [
    call('read', { path: 'README.md' }),
    call('edit', {
      path: 'README.md',
      old: 'Prices, shipping and receipts of a small shop. All amounts are in cents.\n',
      new: `Prices, shipping and receipts of a small shop. All amounts are in cents.

## Tests

\`npm test\` runs them all, with the test runner of Node 20 or newer. Nothing needs to be installed.
`,
    }),
    call('done', { summary: 'The README says how to run the tests.' }),
  ],
  review: { summary: 'Short, and in the right place.' },
};

function call(name: string, args: Record<string, unknown>): WireReply {
  return { toolCalls: [{ name, arguments: args }] };
}
