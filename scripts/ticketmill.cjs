#!/usr/bin/env -S node --max-semi-space-size=8
'use strict';
// The published command. Old syntax on purpose: an older Node must be able to read it and say what is missing.
// A small young generation keeps a daemon that mostly waits small; set later it would have no effect.
var major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    'ticketmill needs Node 24 or newer; this is ' +
      process.version +
      '. Install it, or run: npx -p node@24 -p ticketmill ticketmill\n',
  );
  process.exit(3);
}
var fs = require('fs');
var path = require('path');
// What was compiled is kept for the next start, which then takes half as long.
require('module').enableCompileCache();
// The package has no sources; a checkout may hold a build from before the last change.
var source = path.join(__dirname, '..', 'src', 'main.ts');
var entry = fs.existsSync(source) ? source : path.join(__dirname, '..', 'dist', 'main.js');
import(require('url').pathToFileURL(entry).href);
