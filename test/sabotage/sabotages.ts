/** A text that stands once in a file, and what stands there in a broken copy. */
export type Edit = { file: string; find: string; replace: string };

/** One promise broken on purpose: what is done to a copy of the sources, and which test must notice. */
export type Sabotage = { name: string; edits: Edit[]; test: string; noticed: string };

export const sabotages: Sabotage[] = [
  {
    name: 'pull requests are looked for among the open ones alone',
    edits: [
      {
        file: 'src/forge/local.ts',
        find: 'const [newest] = (await look(branch)).ofBranch;',
        replace: "const newest = (await look(branch)).ofBranch.find(({ state }) => state === 'open');",
      },
      {
        file: 'src/forge/local.ts',
        find: '({ head }) => head === draft.head',
        replace: '() => false',
      },
    ],
    test: 'test/pipeline/publish-change.test.ts',
    noticed: 'opens none again when a person merges it between the look and the opening',
  },
  {
    name: 'pull requests are not looked for at all',
    edits: [
      {
        file: 'src/forge/local.ts',
        find: 'if (record.branch === branch) ofBranch.push(record);',
        replace: '',
      },
    ],
    test: 'test/pipeline/publish-change.test.ts',
    noticed: 'done again finds the same pull request, and tells it once',
  },
  {
    name: 'each run has a branch of its own',
    edits: [
      {
        file: 'src/domain/branch.ts',
        find: 'const name = `${filled}-${key.slice(0, 8)}`;',
        replace: 'const name = `${filled}-${Math.random().toString(16).slice(2, 10)}`;',
      },
    ],
    test: 'test/domain/branch.test.ts',
    noticed: 'is safe and ends in the key, whatever the format and the id',
  },
  {
    name: 'a ticket moves on before its change is published',
    edits: [
      {
        file: 'src/pipeline/run-ticket.ts',
        find: '  const published = await publishChange(work.story, record, signal);\n',
        replace:
          '  await settle(work, record, publishedEnding({ record, pullRequest: null }));\n' +
          '  const published = await publishChange(work.story, record, signal);\n',
      },
    ],
    test: 'test/pipeline/protocol.test.ts',
    noticed: 'is the one that the code has',
  },
  {
    name: 'a move copies and deletes',
    edits: [
      {
        file: 'src/files/move.ts',
        find: '    await disk.link(from, to);\n',
        replace:
          "    await (await import('node:fs/promises')).copyFile(from, to, 1);\n" +
          '    await disk.unlink(from);\n',
      },
    ],
    test: 'test/files/move.test.ts',
    noticed: 'moves the very file',
  },
  {
    name: 'a move overwrites',
    edits: [
      {
        file: 'src/files/move.ts',
        find: 'await disk.link(from, to);',
        replace: 'await disk.rename(from, to);',
      },
    ],
    test: 'test/files/move.test.ts',
    noticed: 'never overwrites another file',
  },
  {
    name: 'the old name goes before the new one is on the disk',
    edits: [
      {
        file: 'src/files/move.ts',
        find: '  await syncDirectory(dirname(to), disk);\n  const [source, destination]',
        replace: '  const [source, destination]',
      },
    ],
    test: 'test/files/power-cut.test.ts',
    noticed: 'loses no ticket that is moved',
  },
  {
    name: 'what is written is not synced before it has its name',
    edits: [{ file: 'src/files/write-atomic.ts', find: '    await handle.sync();\n', replace: '' }],
    test: 'test/files/power-cut.test.ts',
    noticed: 'leaves what is written whole or as it was',
  },
  {
    name: 'events are believed and nothing is looked for',
    edits: [
      {
        file: 'src/backlog/watch.ts',
        find: '      arrivals.age();\n      onChange();\n',
        replace: '      arrivals.age();\n',
      },
    ],
    test: 'test/backlog/watch.test.ts',
    noticed: 'rescans without any event',
  },
  {
    name: 'deaths at one file are not counted',
    edits: [
      {
        file: 'src/backlog/mark-suspect.ts',
        find: 'deaths: deaths + 1',
        replace: 'deaths',
      },
    ],
    test: 'test/backlog/mark-suspect.test.ts',
    noticed: 'ends two lives and no third, and is kept with the reason',
  },
  {
    name: 'an outage spends an attempt',
    edits: [
      {
        file: 'src/pipeline/settle-ticket.ts',
        find: 'isFresh ? before.attempts - 1 : before.attempts',
        replace: 'before.attempts',
      },
    ],
    test: 'test/pipeline/run-ticket.test.ts',
    noticed: 'spends no attempt and no time, and waits longer from time to time',
  },
  {
    name: 'a new run forgets what the earlier ones used',
    edits: [
      { file: 'src/pipeline/claim-ticket.ts', find: 'spent: earlier?.spent ?? {', replace: 'spent: {' },
    ],
    test: 'test/pipeline/run-ticket.test.ts',
    noticed: 'counts over all runs of a ticket',
  },
  {
    name: 'a verdict is taken for one on any tree',
    edits: [
      {
        file: 'src/pipeline/publish-change.ts',
        find: 'change.verdict !== null && change.verdict.tree !== change.tree',
        replace: 'change.verdict === undefined',
      },
    ],
    test: 'test/pipeline/run-ticket.test.ts',
    noticed: 'takes a verdict on another tree for none',
  },
  {
    name: "a push goes over somebody else's commits",
    edits: [
      {
        file: 'src/workspace/push-branch.ts',
        find: 'if (foreign !== null) {',
        replace: "if (foreign === '') {",
      },
    ],
    test: 'test/workspace/repository.test.ts',
    noticed: 'never pushes over somebody else’s commits',
  },
  {
    name: 'nobody looks for what was at work',
    edits: [
      {
        file: 'src/pipeline/recover-work.ts',
        find: '  await returnOrphans(story, processing, () => false);\n',
        replace: '',
      },
    ],
    test: 'test/pipeline/recover-work.test.ts',
    noticed: 'puts back what was at work, and refunds the run',
  },
  {
    name: 'a ticket is claimed before it is on record',
    edits: [
      {
        file: 'src/pipeline/claim-ticket.ts',
        find: "  await journal.save({ ...record, move: { from: 'todo', to: 'processing' } });\n",
        replace: '',
      },
    ],
    test: 'test/pipeline/claim-ticket.test.ts',
    noticed: 'moves the ticket, with its intent in the journal before',
  },
  {
    name: 'a result is written over what a person saves meanwhile',
    edits: [
      {
        file: 'src/backlog/edit-ticket-file.ts',
        find: '{ mode: read.mode, over: read.stamp }',
        replace: '{ mode: read.mode }',
      },
    ],
    test: 'test/backlog/edit-ticket-file.test.ts',
    noticed: 'edits what a person saved meanwhile instead of writing over it',
  },
  {
    name: "somebody else's git lock is removed",
    edits: [
      {
        file: 'src/workspace/update-ref.ts',
        find: '  await rm(lock, { force: true });\n',
        replace:
          "  await rm(lock, { force: true });\n  await rm(join(commonDir, 'index.lock'), { force: true });\n",
      },
    ],
    test: 'test/workspace/repository.test.ts',
    noticed: 'removes the lock that a killed life of ours left on our branch, and no other',
  },
  {
    name: 'a failed sync is believed',
    edits: [
      {
        file: 'src/app/begin-work.ts',
        find: "failure.code !== 'DISK_FAILED'",
        replace: "failure.code !== 'INTERNAL'",
      },
    ],
    test: 'test/app/begin-work.test.ts',
    noticed: 'ends when the disk fails: what was not synced is not believed',
  },
  {
    name: 'the lock is nobody’s',
    edits: [{ file: 'src/control/acquire-lock.ts', find: 'resolve(false);\n', replace: 'resolve(true);\n' }],
    test: 'test/control/control.test.ts',
    noticed: 'goes to exactly one of twenty that start at once',
  },
];
