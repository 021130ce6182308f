'use strict';
// Runs before every npm script, on whatever Node the machine has, so old syntax only: it brings the dependencies,
// among them the Node 24 that the script itself will run on.
var childProcess = require('child_process');
var fs = require('fs');
var path = require('path');

var root = path.join(__dirname, '..');
var wanted = path.join(root, 'package-lock.json');
var installed = path.join(root, 'node_modules', '.package-lock.json');

function isCurrent() {
  try {
    return fs.statSync(installed).mtimeMs >= fs.statSync(wanted).mtimeMs;
  } catch (_missing) {
    return false;
  }
}

if (!isCurrent()) {
  process.stderr.write('Installing dependencies (npm ci) …\n');
  var result = childProcess.spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) process.exit(result.status || 1);
  var now = new Date();
  fs.utimesSync(installed, now, now);
}
