import type { ErrorType, FailureEntry } from './failure-catalogue.ts';
import { failureCatalogue } from './failure-catalogue.ts';

export type { ErrorType } from './failure-catalogue.ts';

export type FailureCode = keyof typeof failureCatalogue;

export const failureCodes = Object.keys(failureCatalogue) as FailureCode[];

/** A failure of the catalogue: thrown where the world is broken, returned where a stage expects it. */
export class Failure extends Error {
  readonly code: FailureCode;
  /** Seconds that a server asked us to wait. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: FailureCode,
    message: string,
    options: { cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get errorType(): ErrorType {
    return describeFailure(this.code).errorType;
  }

  get hint(): string {
    return describeFailure(this.code).hint;
  }

  get exitCode(): 1 | 2 | 3 {
    const { exitCode, infrastructure } = describeFailure(this.code);
    return exitCode ?? (infrastructure === true ? 3 : 1);
  }

  get isInfrastructure(): boolean {
    return describeFailure(this.code).infrastructure === true;
  }
}

export function describeFailure(code: FailureCode): FailureEntry {
  return failureCatalogue[code];
}

/** Whatever was thrown, as a failure; what we did not foresee is a bug of ours and says so. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: unknown } | null)?.code;
  const known =
    typeof code === 'string' && Object.hasOwn(ofTheMachine, code) ? ofTheMachine[code] : undefined;
  return new Failure(known ?? 'INTERNAL', message, { cause: error });
}

/** What the system says of itself is no ticket's doing. */
const ofTheMachine: Record<string, FailureCode> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EFBIG: 'DISK_FULL',
  EROFS: 'DISK_UNWRITABLE',
  EIO: 'DISK_FAILED',
  EMFILE: 'MACHINE_EXHAUSTED',
  ENFILE: 'MACHINE_EXHAUSTED',
  EAGAIN: 'MACHINE_EXHAUSTED',
  ENOMEM: 'MACHINE_EXHAUSTED',
};
