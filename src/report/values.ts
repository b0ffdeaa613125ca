import type { Json } from '../base/value.js';
import { isFields } from './commands.js';
import type { Report } from './schema.js';

// The bundle is read as ASCII and regular expressions aren't escaped by the build: ‹ and ›.
const marked = /"\u2039([^"\u203a]+)\u203a"|\u2039([^\u203a]+)\u203a/g;
const output = /^commands\['([^']+)'\]\.(\w+)((?:\.\w+)*)$/;
const observation = /^gates\['([^']+)'\]\.observed((?:\.\w+)*)$/;

/**
 * A plan's words show an expression by its source, since nothing has run. Where the journal has what it came to, that
 * reads better; every other stays as it is.
 */
export function withValues({ run, commands, gates, teardown }: Report): (words: string) => string {
  if (run.renderer < 2) return (words) => words;
  const valueOf = (source: string): Json | undefined => {
    if (source === 'run.id') return run.id;
    if (source === 'run.gatebook') return 'gatebook';
    if (source === 'run.work')
      return teardown.resources.find(({ name, command }) => name === 'work' && command === null)?.id;
    const [, command, name = '', fields = ''] = output.exec(source) ?? [];
    if (command !== undefined) return dig(commands.find(({ id }) => id === command)?.outputs[name], fields);
    const [, gate, path = ''] = observation.exec(source) ?? [];
    return dig(gates.find(({ id }) => id === gate)?.observed, path);
  };
  return (words) =>
    words.replace(marked, (whole, quoted: string | undefined, bare: string | undefined) => {
      const value = valueOf(quoted ?? bare ?? '');
      if (typeof value !== 'string' && typeof value !== 'number') return whole;
      return quoted !== undefined && /\s/.test(String(value)) ? `"${value}"` : String(value);
    });
}

const dig = (value: Json | undefined, path: string): Json | undefined =>
  path
    .split('.')
    .slice(1)
    .reduce<Json | undefined>(
      (at, name) => (isFields(at) && Object.hasOwn(at, name) ? at[name] : undefined),
      value,
    );
