/** Runs one action after the other, in the order they were asked for; a failed one does not stop the next. */
export type Turns = <T>(action: () => Promise<T>) => Promise<T>;

export function takeTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (action) => {
    const mine = last.then(action, action);
    last = mine.catch(() => undefined);
    return mine;
  };
}
