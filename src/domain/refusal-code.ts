import { gateFailures } from './gate-failures.ts';

/** A refusal of the guards that a person may overrule. A secret that is out is out, whoever agreed. */
export type RefusalCode = Exclude<keyof typeof gateFailures, 'GUARD_SECRET'>;

export const refusalCodes = Object.keys(gateFailures).filter(isRefusalCode);

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(gateFailures, code) && code !== 'GUARD_SECRET';
}
