import type { CompletionPlace, Described } from './completion-table.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof shells)[number];

/** A script that a shell reads at its start. It asks nobody: what may be typed stands in it. */
export function completionScript(shell: ShellName, places: readonly CompletionPlace[]): string {
  return writers[shell](places);
}

const writers = { bash: bashScript, zsh: zshScript, fish: fishScript };

function bashScript(places: readonly CompletionPlace[]): string {
  const words = ({ commands, options }: CompletionPlace): string =>
    [...commands, ...options].map(({ name }) => name).join(' ');
  return `# bash completion of ticketmill
_ticketmill() {
  local current=\${COMP_WORDS[COMP_CWORD]} place= words= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place $word" in
      ${steps(places, '|')}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place" in
${places.map((place) => `    ${quoted(place.path)}) words=${quoted(words(place))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _ticketmill ticketmill
`;
}

function zshScript(places: readonly CompletionPlace[]): string {
  const described = ({ name, description }: Described): string =>
    quoted(`${name}:${description.replaceAll(':', '\\:')}`);
  const list = ({ path, commands, options }: CompletionPlace): string =>
    `    ${quoted(path)}) described=(${[...commands, ...options].map(described).join(' ')}) ;;`;
  return `#compdef ticketmill
# zsh completion of ticketmill
_ticketmill() {
  local place= word
  local -a described
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
      ${steps(places, '|')}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place" in
${places.map(list).join('\n')}
  esac
  _describe ticketmill described || _files
}
if [[ "\${funcstack[1]}" == _ticketmill ]]; then _ticketmill "$@"; else compdef _ticketmill ticketmill; fi
`;
}

function fishScript(places: readonly CompletionPlace[]): string {
  const lines = places.flatMap(({ path, commands, options }) => {
    const here = `complete -c ticketmill -n ${fishQuoted(`__ticketmill_at ${fishQuoted(path)}`)}`;
    return [
      ...commands.map(
        ({ name, description }) => `${here} -a ${fishQuoted(name)} -d ${fishQuoted(description)}`,
      ),
      ...options.map(({ name, short, description, takesValue }) => {
        const letter = short === null ? '' : ` -s ${short.slice(1)}`;
        return `${here} -l ${name.slice(2)}${letter}${takesValue ? ' -r' : ''} -d ${fishQuoted(description)}`;
      }),
    ];
  });
  return `# fish completion of ticketmill
function __ticketmill_at
  set -l place ''
  for word in (commandline -opc)[2..-1]
    switch "$place $word"
      case ${steps(places, ' ')}
        set place (string trim -- "$place $word")
    end
  end
  test "$place" = "$argv[1]"
end
${lines.join('\n')}
`;
}

/** Every step from one place to the next: `' service'`, `'service install'`. */
function steps(places: readonly CompletionPlace[], between: string): string {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => quoted(path.includes(' ') ? path : ` ${path}`))
    .join(between);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", `\\'`)}'`;
}
