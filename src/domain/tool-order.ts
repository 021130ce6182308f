/** A coding program: what it gets depends on where it is put. */
export type ToolOrder = {
  /** Address of the model server that it may reach; null: none of ours. */
  server: string | null;
  /** It finds the logins of the person whose machine it is. */
  ownLogin: boolean;
  /** Paths in the worktree that it finds empty behind walls: what a repository would have it do. */
  hides: readonly string[];
  /** Ended after so many milliseconds without a word. */
  quietMs: number;
  /** Told its standard output where it was ended before it was done. */
  onAborted?: (stdout: string) => void;
  /** `home` is the folder that it may keep things in, `server` the address as seen from there. */
  arrange: (place: { home: string; server: string; walled: boolean }) => {
    args: string[];
    env: Record<string, string>;
    files: { path: string; text: string }[];
    /** Standard input; closed where there is none. */
    input?: string;
  };
};
