import { valueMap, type Value, type ValueMap } from '../base/value.js';
import { eachOf, Folder, iterationsOver } from '../expression/index.js';
import type { LoopedCommand, ParamDeclaration, Runbook } from '../model/runbook.js';
import { expressionsIn, showTemplate, type Template } from '../model/template.js';
import type { CommandPlace } from './places.js';

/** What was given on the command line: `--param k=v`. */
export type Given = Readonly<Record<string, string>>;
/** Args as the plan will have them: in a loop one for each item. What only the run knows stays as it is written. */
export type FoldedArgs = (args: Template, of: CommandPlace) => readonly Value[];

/** With params as they are given or by default; a run that is given others is checked again. */
export function foldedArgs(runbook: Runbook, given: Given): FoldedArgs {
  const folder = folderOf(runbook, given);
  const loops = new Map<LoopedCommand, readonly Folder[]>();
  const known = new Map<Template, readonly Value[]>();
  return (args, { command }) => {
    if (expressionsIn(args).length === 0) return [showTemplate(args)];
    const iterations = loops.get(command) ?? iterationsOf(command, folder);
    loops.set(command, iterations);
    const folded = known.get(args) ?? iterations.map((own) => showTemplate(own.template(args)));
    known.set(args, folded);
    return folded;
  };
}

const noIds = { commands: new Map<string, string>(), gates: new Map<string, string>() };
const withMore = (folder: Folder, name: string, value: Value): Folder =>
  folder.within({ values: valueMap([...Object.entries(folder.values), [name, value]]), ...noIds });

function folderOf({ params, data }: Runbook, given: Given): Folder {
  const values = paramValues(params, given);
  const outsideParams = new Set(Object.keys(params).filter((name) => !Object.hasOwn(values, name)));
  const folder = new Folder({ values: valueMap([['params', values]]), outsideParams, ...noIds });
  const constants = Object.entries(data).flatMap(([name, written]) => {
    const value = folder.template(written);
    return expressionsIn(value).length === 0 ? [[name, value as Value] as const] : [];
  });
  return withMore(folder, 'data', valueMap(constants));
}

function paramValues(params: Runbook['params'], given: Given): ValueMap {
  return valueMap(
    Object.entries(params).flatMap(([name, declaration]) => {
      const value = Object.hasOwn(given, name)
        ? asGiven(declaration, given[name] ?? '')
        : defaultOf(declaration);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** Enough to find names by: types are looked at where the plan is made. */
const asGiven = ({ type }: ParamDeclaration, text: string): Value =>
  type === 'list' ? text.split(',').map((item) => item.trim()) : text;

const defaultOf = ({ default: preset, from }: ParamDeclaration): Value | undefined =>
  preset === undefined || from !== undefined || expressionsIn(preset).length > 0
    ? undefined
    : (preset as Value);

/** One for each item; where only the plan knows the items, one that knows none. */
function iterationsOf({ forEach }: LoopedCommand, folder: Folder): readonly Folder[] {
  if (forEach === undefined) return [folder];
  const items = folder.template(forEach);
  const iterations = expressionsIn(items).length > 0 ? null : iterationsOver(items as Value);
  if (iterations?.ok !== true) return [folder];
  return iterations.value.map((one) => withMore(folder, 'each', eachOf(one)));
}
