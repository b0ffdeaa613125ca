import type { CompletedCommand } from './describe.js';

/** For `eval "$(gatebook completion bash)"`. Files complete where nothing better is known. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const after = (name: string, word: string, words: readonly string[]): string =>
    `    '${name} ${word}') words='${words.join(' ')}' ;;`;
  const choices = commands.flatMap(({ name, options, choices: own }) => [
    ...(own.length > 0 ? [after(name, name, own)] : []),
    ...options
      .filter((option) => option.choices.length > 0)
      .map((option) => after(name, option.name, option.choices)),
  ]);
  const options = commands.map(
    (command) => `    ${command.name}) words='${command.options.map(({ name }) => name).join(' ')}' ;;`,
  );
  return `_gatebook() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W '${names}' -- "$current")
    return
  fi
  case "\${COMP_WORDS[1]} $previous" in
${choices.join('\n')}
  esac
  [ -n "$words" ] || [ "\${current#-}" = "$current" ] || case \${COMP_WORDS[1]} in
${options.join('\n')}
  esac
  if [ -n "$words" ]; then mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current"); fi
}
complete -o default -F _gatebook gatebook
`;
}
