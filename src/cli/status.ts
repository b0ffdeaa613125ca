import { openState } from '../adapters/state/index.js';
import type { DisableLevel } from '../ports/state.js';
import { problemText, say } from './io.js';
import { disableLevels } from './levels.js';

export interface StatusOptions {
  readonly json: boolean;
  readonly state: string;
}

/** `gatebook status`: each disable level, whether it could be used now and whether it is engaged. */
export async function statusCommand(options: StatusOptions): Promise<number> {
  const state = await openState(options.state);
  const levels = state.ok ? await disableLevels(state.value) : state;
  if (!levels.ok) {
    await say(process.stderr, problemText(levels.error));
    return 4;
  }
  const text = options.json ? `${JSON.stringify({ levels: levels.value }, null, 2)}\n` : table(levels.value);
  await say(process.stdout, text);
  return 0;
}

/** A Markdown table, which is readable as it stands. */
function table(levels: readonly DisableLevel[]): string {
  const rows = [
    ['Level', 'Action', 'Effect', 'Available', 'Engaged'],
    ...levels.map(({ level, name, command, effect, available, engaged, detail }) => [
      `${level} ${name}`,
      command ?? '—',
      effect,
      available ? 'yes' : 'NO',
      `${engaged ? 'YES' : 'no'}${detail === '' ? '' : ` (${detail})`}`,
    ]),
  ].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('');
}
