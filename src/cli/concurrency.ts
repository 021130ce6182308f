import { InvalidArgumentError } from 'commander';

/** What `--concurrency` takes. */
export function concurrencyOf(written: string): number {
  const number = Number(written);
  if (Number.isInteger(number) && number >= 1 && number <= 10) return number;
  throw new InvalidArgumentError('Expected a whole number from 1 to 10.');
}
