import {
  appendFileSync,
  chmodSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { editTicketFile } from '../../src/backlog/edit-ticket-file.ts';
import { editTicket } from '../../src/backlog/edit-ticket.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();
const ticket = '---\nid: task-7\nstatus: To Do\n---\nPlease.\n';

/** Edits as we do, while a person saves at the worst moment, as often as `times`. */
function disturbedBy(person: () => void, times: number): typeof editTicket {
  let left = times;
  return (bytes, edits) => {
    if (left-- > 0) person();
    return editTicket(bytes, edits);
  };
}

function saved(): string {
  const file = join(fresh(), 'a.md');
  writeFileSync(file, ticket);
  return file;
}

describe('editTicketFile', () => {
  it('edits what a person saved meanwhile instead of writing over it', async () => {
    const file = saved();
    const edit = disturbedBy(() => appendFileSync(file, 'And this.\n'), 2);
    expect(await editTicketFile(file, { status: 'Done' }, edit)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(`${ticket.replace('To Do', 'Done')}And this.\nAnd this.\n`);
  });

  it('gives up on a file that never rests, and leaves it to its writer', async () => {
    const file = saved();
    const edit = disturbedBy(() => appendFileSync(file, '.'), 99);
    await expect(editTicketFile(file, { status: 'Done' }, edit)).rejects.toMatchObject({
      code: 'TICKET_INVALID',
    });
    expect(readFileSync(file, 'utf8')).toBe(`${ticket}.....`);
    expect(readdirSync(join(file, '..'))).toEqual(['a.md']);
  });

  it('does not bring back what a person removed meanwhile', async () => {
    const file = saved();
    expect(
      await editTicketFile(
        file,
        { status: 'Done' },
        disturbedBy(() => rmSync(file), 1),
      ),
    ).toBe(false);
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });

  it('keeps the permissions', async () => {
    const file = saved();
    chmodSync(file, 0o604);
    await editTicketFile(file, { status: 'Done' });
    expect(statSync(file).mode & 0o777).toBe(0o604);
  });
});
