import { isSameSecret } from './same-secret.ts';

/**
 * Sessions of the page. Whoever started the daemon gets a link that can be used once; whoever opens it has a session.
 * One link waits at a time: when it was used there is a new one.
 */
export type Sessions = {
  /** The key of the link that can be opened now. */
  invitation(): string;
  /** The new session's secret; null when the key is not the one that waits. */
  enter(key: string): string | null;
  isOpen(secret: string): boolean;
};

const mostSessions = 100;

/** `newSecret` gives texts that nobody can guess. Sessions end with the process; of too many the oldest does. */
export function openSessions(newSecret: () => string): Sessions {
  let invitation = newSecret();
  const open = new Set<string>();
  return {
    invitation: () => invitation,
    enter(key) {
      if (!isSameSecret(key, invitation)) return null;
      invitation = newSecret();
      const secret = newSecret();
      open.add(secret);
      for (const oldest of open) if (open.size > mostSessions) open.delete(oldest);
      return secret;
    },
    isOpen: (secret) => open.has(secret),
  };
}
