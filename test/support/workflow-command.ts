/** A workflow command as GitHub's runner reads it (ActionCommand.TryParseV2): what was escaped is put back. */
export function readProperties(line: string) {
  const match = /^::([\w-]+)(?: ([^:]*(?:%3A[^:]*)*))?::(.*)$/.exec(line.trimEnd());
  if (match === null) throw new Error(`not a workflow command: ${line}`);
  const [, command = '', written = '', data = ''] = match;
  const pairs = written
    .split(',')
    .filter((pair) => pair.includes('='))
    .map(
      (pair) =>
        [pair.slice(0, pair.indexOf('=')), unescapeProperty(pair.slice(pair.indexOf('=') + 1))] as const,
    );
  return { command, properties: Object.fromEntries(pairs), message: unescapeData(data) };
}

const unescapeData = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
const unescapeProperty = (text: string): string =>
  unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
