import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** Whether this browser may act; `how` says how it could. */
export type Session = { mayWrite: boolean; how: string | null };

export const SessionContext = createContext<Session>({ mayWrite: false, how: null });

export function useSession(): Session {
  return useContext(SessionContext);
}
