import { describe, expect, it } from '@jest/globals';
import { temporaryDirectories } from '../support/directory.ts';
import { houseDouble } from '../support/house.ts';
import { writeFiles } from '../support/config-root.ts';
import { typed } from '../support/command-line.ts';

describe('ticketmill worker', () => {
  const directory = temporaryDirectories();

  it('works until it is stopped', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'config.json': { queue: { driver: 'bullmq' } } });
    const house = houseDouble({});
    expect(await typed(['worker', '--concurrency', '4'], { cwd, house })).toMatchObject({
      code: 0,
      err: 'Ready: this worker waits for changes to make.\n',
    });
    expect(house.worked).toMatchObject([{ concurrency: 4 }]);
  });

  it('says what it needs where nothing goes through Redis', async () => {
    const said = await typed(['worker'], { cwd: directory(), house: houseDouble({}) });
    expect(said.code).toBe(2);
    expect(said.err).toContain('`queue.driver` is "local", expected "bullmq"');
  });
});
