/** `wsl`: a Linux that Windows runs. */
export type Platform = 'linux' | 'macos' | 'windows' | 'wsl';

/** One step for a person: what it is for, and the command that does it; null where it is done by hand. */
export type SetupStep = { does: string; command: string | null };

/** How Ollama comes onto a machine. Nothing of it is ever run by ourselves. */
export function installSteps(platform: Platform): readonly SetupStep[] {
  return installs[platform];
}

/** What starts its service, the likeliest first: programs with their arguments. */
export function startCommands(platform: Platform): readonly (readonly string[])[] {
  return starts[platform];
}

const script: SetupStep = {
  does: 'install it and its service',
  command: 'curl -fsSL https://ollama.com/install.sh | sh',
};
const isThere: SetupStep = {
  does: 'see that it answers',
  command: 'curl http://127.0.0.1:11434/api/version',
};
const serve = ['ollama', 'serve'];

const installs: Record<Platform, readonly SetupStep[]> = {
  linux: [
    script,
    { does: 'start its service now and at every boot', command: 'sudo systemctl enable --now ollama' },
    { does: 'or start it by hand where there is no systemd', command: 'ollama serve' },
    isThere,
  ],
  macos: [
    { does: 'install it', command: 'brew install ollama' },
    { does: 'or fetch the app from https://ollama.com/download and open it once', command: null },
    { does: 'start its service now and at every login', command: 'brew services start ollama' },
    isThere,
  ],
  windows: [
    { does: 'install it; it starts by itself', command: 'winget install Ollama.Ollama' },
    { does: 'run ticketmill in WSL2 for its sandbox', command: 'wsl --install' },
    isThere,
  ],
  wsl: [
    { ...script, does: 'install it inside WSL2' },
    { does: 'start it (with systemd in /etc/wsl.conf)', command: 'sudo systemctl enable --now ollama' },
    { does: 'or start it by hand', command: 'ollama serve' },
    {
      does: 'or use the one of Windows: let it listen on all addresses (OLLAMA_HOST=0.0.0.0), and name it here',
      command: 'export OLLAMA_HOST="http://$(ip route show default | cut -d" " -f3):11434"',
    },
    isThere,
  ],
};

const starts: Record<Platform, readonly (readonly string[])[]> = {
  linux: [['systemctl', '--no-ask-password', 'start', 'ollama'], serve],
  macos: [['brew', 'services', 'start', 'ollama'], ['open', '-a', 'Ollama'], serve],
  windows: [serve],
  wsl: [['systemctl', '--no-ask-password', 'start', 'ollama'], serve],
};
