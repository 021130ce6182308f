import { isSafeRef } from '../domain/branch.ts';
import { Failure } from '../domain/failure.ts';

/** Throws for what git could take for anything but a branch: an option, a program, another address. */
export function checkBranch(name: string): void {
  if (!isSafeRef(name)) throw new Failure('GIT_FAILED', `${JSON.stringify(name)} is no branch name.`);
}

/** Throws for what is not the full name of an object. */
export function checkObject(name: string): void {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name))
    throw new Failure('GIT_FAILED', `${JSON.stringify(name)} is no full name of a commit or a tree.`);
}
