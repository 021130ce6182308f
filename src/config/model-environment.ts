import type { Environment } from './environment.ts';

/** What native code finds its folders, drivers and cards by. */
const known =
  /^(PATH|HOME|USERPROFILE|TMPDIR|TEMP|TMP|SYSTEMROOT|WINDIR|APPDATA|LOCALAPPDATA|LANG|LC_\w+|LD_LIBRARY_PATH|DYLD_\w+|XDG_\w+|(CUDA|NVIDIA|HIP|ROCR|HSA|GGML|VK|OMP|NODE_LLAMA_CPP)_\w+)$/i;

/** The environment of a process that runs a model: nothing of it is a secret. */
export function modelEnvironment(env: Environment): Record<string, string> {
  const entries = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && known.test(name) ? [[name, value] as const] : [],
  );
  return Object.fromEntries(entries);
}
