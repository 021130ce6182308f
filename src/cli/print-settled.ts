import type { Settled } from '../domain/command.ts';
import { forLine } from '../domain/untrusted.ts';
import type { Output } from './output.ts';

/** Where a person's decision left a ticket. */
export async function printSettled(
  settled: Settled,
  { json, print, printJson, paint }: Output,
): Promise<number> {
  if (json) {
    await printJson(settled);
    return 0;
  }
  const { id, state, message, pullRequest } = settled;
  const url = pullRequest === null || message.includes(pullRequest.url) ? '' : ` ${pullRequest.url}`;
  const line = forLine(`${state}: ${message}${url}`, 1000);
  await print(`${paint('strong', forLine(id, 80))}  ${line}`);
  return 0;
}
