#!/usr/bin/env -S node --max-semi-space-size=4 --min-semi-space-size=4
'use strict';
// The published command. Old syntax on purpose: an older Node must be able to read it and say what is missing.
// A young generation of one small size: a larger one would make an idle daemon larger, and growing to it costs a short
// command a collection of its whole memory. Set later it would have no effect.
var fs = require('fs');
var path = require('path');
var root = path.join(__dirname, '..');
// The package has no sources; a checkout may hold a build from before the last change.
var source = path.join(root, 'src', 'main.ts');
var isCheckout = fs.existsSync(source);
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    'ticketmill needs Node 24 or newer; this is ' +
      process.version +
      '. Install it, or run ' +
      (isCheckout
        ? 'in ' + root + ', which brings its own: npm run -s ticketmill -- --root DIR ...\n'
        : 'npx -p node@24 -p ticketmill ticketmill\n'),
  );
  process.exit(3);
}
// What was compiled is kept for the next start, which then takes half as long.
require('module').enableCompileCache();
var entry = isCheckout ? source : path.join(root, 'dist', 'main.js');
import(require('url').pathToFileURL(entry).href);
