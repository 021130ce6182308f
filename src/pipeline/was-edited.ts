import type { RunRecord } from '../domain/run.ts';
import type { Story } from './story.ts';

/** Whether the ticket at work asks for something else than what was claimed; what we write into it is none of that. */
export async function wasEdited({ store }: Story, { file, inputHash }: RunRecord): Promise<boolean> {
  const now = await store.read(file, 'processing');
  return now !== null && now.inputHash !== inputHash;
}
