/** What surrounds a call of a model server: lets it through, repeats it, delays it, or refuses it with a failure. */
export type Policy = <T>(act: () => Promise<T>, signal: AbortSignal) => Promise<T>;
