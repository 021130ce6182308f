import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readEdited, root } from './copy.ts';
import { sabotages } from './sabotages.ts';

describe('the sabotages', () => {
  it.each(sabotages)('still fit the sources: $name', ({ edits, test, noticed }) => {
    for (const file of new Set(edits.map((edit) => edit.file))) {
      const edited = readEdited(
        root,
        file,
        edits.filter((edit) => edit.file === file),
      );
      expect(edited).not.toBe(readFileSync(join(root, file), 'utf8'));
      expect(() => stripTypeScriptTypes(edited)).not.toThrow();
    }
    expect(readFileSync(join(root, test), 'utf8')).toContain(noticed);
  });
});
