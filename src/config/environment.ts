/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A copy of this process's environment. Nothing else looks at it; whoever needs a variable is given it. */
export function readEnvironment(): Environment {
  return { ...process.env };
}
