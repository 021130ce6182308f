/** The same data with every text in it as `clean` leaves it: what goes through Redis is read by whoever reads Redis. */
export function cleanTexts<T>(data: T, clean: (text: string) => string): T {
  const each = (_: string, value: unknown): unknown => (typeof value === 'string' ? clean(value) : value);
  return JSON.parse(JSON.stringify(data), each) as T;
}
