// What `action.yml` runs: one issue or one ticket file, in a workflow of GitHub.
import { runAction } from './action/run-action.ts';

try {
  process.exitCode = await runAction(process.env, process.stdout);
} catch (error) {
  process.stdout.write(
    `::error::${error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error)}\n`,
  );
  process.exitCode = 2;
}
