'use strict';
// Runs before every npm script, on whatever Node the machine has, so old syntax only: it brings the dependencies,
// among them the Node 24 that the script itself will run on.
var childProcess = require('child_process');
var fs = require('fs');
var path = require('path');

var root = path.join(__dirname, '..');
var wanted = path.join(root, 'package-lock.json');
var installed = path.join(root, 'node_modules', '.package-lock.json');

/** Times of files say little: a checkout gives the lock file a new one, whatever stands in it. */
function isCurrent() {
  var there = packagesIn(installed);
  var asked = packagesIn(wanted);
  if (there === null || asked === null) return false;
  return Object.keys(asked).every(function (name) {
    // The project itself, and what is for another system, are not installed.
    if (name === '' || asked[name].optional || asked[name].devOptional) return true;
    return there[name] !== undefined && there[name].version === asked[name].version;
  });
}

function packagesIn(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages || null;
  } catch (_missing) {
    return null;
  }
}

if (!isCurrent()) {
  process.stderr.write('Installing dependencies (npm ci), once; this takes a minute or more …\n');
  var result = childProcess.spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) process.exit(result.status || 1);
}
