/** A daemon that a service manager starts and keeps. Paths are absolute. */
export type ServiceSpec = {
  /** Without blanks; another one for every root. */
  name: string;
  /** Program and arguments. */
  command: readonly string[];
  root: string;
  /** Folders that it writes to; those that are not there are left out. */
  writable: readonly string[];
  /** Variables that it starts with; secrets are none of them. */
  env: Readonly<Record<string, string>>;
  /** Where its output goes beside the log files. */
  outputFile: string;
};
