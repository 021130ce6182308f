/** Whether a path is that of a test by the customs of its language. */
export function isTestFile(path: string): boolean {
  if (isSnapshot(path)) return false;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (
    !/\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|cs|rb|php|swift|scala|ex|exs|c|cc|cpp|sh|bats|vue|svelte)$/.test(
      name,
    )
  )
    return false;
  return (
    /(?:^|\/)(?:tests?|__tests__|specs?|e2e|testing)\//i.test(path) ||
    /[._-](?:tests?|spec)\.\w+$/i.test(name) ||
    /^(?:test_.*|tests?|conftest)\.\w+$/i.test(name) ||
    /[A-Za-z0-9](?:Tests?|Spec)\.(?:java|kt|cs|php|swift|scala)$/.test(name)
  );
}

/** Whether a path holds output that tests compare with, written by the tests themselves. */
export function isSnapshot(path: string): boolean {
  return (
    /\.(?:snap|ambr|golden|approved\.\w+)$/i.test(path) ||
    /(?:^|\/)__(?:image_)?snapshots__\//i.test(path) ||
    /(?:^|\/)snapshots?\/[^/]+\.(?:snap|txt|json|png|svg|ya?ml|html)$/i.test(path)
  );
}
