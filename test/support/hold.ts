/** A door that is shut until it is opened; `reached` resolves when somebody stands before it. */
export function door(): { pass: () => Promise<void>; open: () => void; reached: Promise<void> } {
  const opened = Promise.withResolvers<undefined>();
  const reached = Promise.withResolvers<undefined>();
  return {
    pass() {
      reached.resolve(undefined);
      return opened.promise;
    },
    open: () => opened.resolve(undefined),
    reached: reached.promise,
  };
}
