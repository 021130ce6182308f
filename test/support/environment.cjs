'use strict';
const { TestEnvironment } = require('jest-environment-node');

const ordinary = Function.prototype[Symbol.hasInstance];
const shared = [
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'AggregateError',
  'URIError',
  'ReferenceError',
  'EvalError',
  'Date',
  'Map',
  'Set',
  'RegExp',
  'Promise',
  'Array',
  'Object',
];

/**
 * Jest runs tests in a realm of its own, while fs, fetch and child_process throw errors of the outer one.
 * Teaching `instanceof` about both makes code under test behave as it does in production (p-retry retries only
 * what it recognises as an Error). CommonJS and given by absolute path, because mutation tests `require` it.
 */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of shared) {
      const Inner = this.global[name];
      const Outer = globalThis[name];
      if (typeof Inner !== 'function' || Inner === Outer) continue;
      Object.defineProperty(Inner, Symbol.hasInstance, {
        configurable: true,
        value(candidate) {
          return ordinary.call(this, candidate) || (this === Inner && ordinary.call(Outer, candidate));
        },
      });
    }
  }
};
