// What tests import from '@jest/globals': Jest's own functions to declare tests, and its own `expect`.
export { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'jest-circus';
export { jestExpect as expect } from '@jest/expect';
