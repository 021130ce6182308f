import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { Failure } from '../../domain/failure.ts';

/** Where `node-llama-cpp` is, and which. */
export type FoundLibrary = { directory: string; version: string };

const name = 'node-llama-cpp';
/** The versions whose words are spoken here. */
const major = 3;
const leastMinor = 22;

/** The library in the folder `place`, else the one that is installed beside this program. Throws where there is none. */
export function findLibrary(place: string | null): FoundLibrary {
  const manifest = place === null ? installed() : join(place, 'package.json');
  const version = manifest === null ? null : versionIn(manifest);
  if (manifest === null || version === null) {
    const where = place === null ? 'is not installed' : `is not in ${place}`;
    throw new Failure('MODEL_LIBRARY_UNUSABLE', `The package ${name} ${where}, and GGUF files need it.`);
  }
  const [ofMajor = 0, ofMinor = 0] = version.split('.').map(Number);
  if (ofMajor !== major || ofMinor < leastMinor)
    throw new Failure(
      'MODEL_LIBRARY_UNUSABLE',
      `${name} at ${dirname(manifest)} is version ${version}; expected ${major}.${leastMinor} or a later ${major}.x.`,
    );
  return { directory: dirname(manifest), version };
}

function installed(): string | null {
  try {
    return findPackageJSON(name, import.meta.url) ?? null;
  } catch {
    return null;
  }
}

function versionIn(manifest: string): string | null {
  try {
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
