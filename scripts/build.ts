// Makes `dist`, which the package carries: the program, and the page that it serves, each with the types of its world.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';

const page = 'src/http/dashboard/page';
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync('dist', { recursive: true, force: true });
for (const project of ['tsconfig.build.json', `${page}/tsconfig.build.json`])
  execFileSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' });
// What is read as it is, and so is not compiled.
cpSync('src/review/calibration', 'dist/review/calibration', { recursive: true });
cpSync(page, page.replace('src', 'dist'), {
  recursive: true,
  filter: (path) => path.endsWith('.css') || statSync(path).isDirectory(),
});
