import type { CompletedCommand, CompletedOption } from './describe.js';

/** Inside single quotes, in a specification of _arguments or _describe. */
const quoted = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''");

function specification({ name, description, choices }: CompletedOption): string {
  const values = choices.length > 0 ? `:value:(${choices.join(' ')})` : '';
  return `'*${name}[${quoted(description)}]${values}'`;
}

/** For `source <(gatebook completion zsh)`. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name, description }) => `    '${name}:${quoted(description)}'`);
  const cases = commands.map(({ name, options, choices }) => {
    const rest = choices.length > 0 ? `'*:value:(${choices.join(' ')})'` : "'*:file:_files'";
    const specifications = [...options.map(specification), rest];
    return `    ${name}) _arguments ${specifications.join(' ')} ;;`;
  });
  return `#compdef gatebook
_gatebook() {
  local -a commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
compdef _gatebook gatebook
`;
}
