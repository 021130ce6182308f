/** The document that loads the page. `scripts` are fetched at once, instead of one after the other as they import. */
export function writeHtml(base: string, scripts: readonly string[]): string {
  const [entry = ''] = scripts;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>ticketmill</title>
<link rel="stylesheet" href="${base}/style.css">
${scripts.map((name) => `<link rel="modulepreload" href="${base}/${name}">`).join('\n')}
<script type="module" src="${base}/${entry}"></script>
</head>
<body>
<div id="app"><p class="boot">Loading…</p></div>
<noscript><p class="boot">This page needs JavaScript. The same is told by <code>ticketmill status</code>.</p></noscript>
</body>
</html>
`;
}
