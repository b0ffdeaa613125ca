import { isList, type Value } from '../../base/value.js';
import { shellScriptIndex } from '../../kinds/shell.js';
import { isExpression, isTemplateMap, showTemplate, type Expression } from '../../model/template.js';
import type { Location } from '../../text/diagnostic.js';
import type { IndexedSource } from '../../text/source.js';
import { argument } from '../kinds.js';
import type { Path, Places } from '../places.js';
import type { Argument, Code, Invocation, ShellText, Use } from './code.js';
import { has, isShell, shebang, textGiven } from './shell/interpreter.js';
import { scriptOf } from './shell/script.js';
import type { Pipeline, Script, Simple } from './shell/syntax.js';
import { baseName, runBy, type Inner } from './shell/wrappers.js';

export interface CodeSources {
  /** Where a stretch of a scalar's value stands. */
  readonly locateText: (path: Path, start: number, end: number) => Location;
  readonly locate: (path: Path) => Location;
  readonly textOf: (path: string) => IndexedSource | undefined;
  /** What an expression yields that is over constants alone. */
  readonly constant: (expression: Expression) => Value | undefined;
}

/** Everything that a runbook has run outside of the runner: each program and each shell's text. */
export function codeOf(places: Places, sources: CodeSources): Code {
  const collector = new Collector(sources);
  for (const { action, of, path } of places.actions)
    collector.use({
      kind: action.kind,
      args: action.args,
      path: [...path, action.kind],
      isProbe: false,
      within: [of.command.id],
    });
  for (const { gate, of, path } of places.gates)
    collector.use({
      kind: gate.probe.kind,
      args: gate.probe.args,
      path: [...path, 'probe', gate.probe.kind],
      isProbe: true,
      within: [gate.id, of.command.id],
    });
  return collector;
}

/** Wrappers and shells around a program: deeper than anyone writes. */
const deepest = 8;

/** Where a program was found. */
interface Place {
  /** Knows a stretch of a word more exactly than the word's own place. */
  readonly locate?: (index: number, start: number, end: number) => Location;
  readonly shell?: NonNullable<Invocation['shell']>;
  /** Behind another one: `env`, `timeout`. */
  readonly isInner?: boolean;
}

/** How the text of a shell is read. */
interface Reading {
  /** The shell and its options. */
  readonly program: readonly string[];
  readonly locate: ShellText['locate'];
  readonly depth: number;
  /** The text that it stands in: `$(…)`. */
  readonly around?: ShellText;
}

/** A program's words among those of the one that runs it. */
function wordsOf(words: readonly Argument[], { at, name }: Inner): readonly Argument[] {
  const named = name && words[name.at];
  return named ? [{ ...named, text: name.text }, ...words.slice(at + 1)] : words.slice(at);
}

class Collector implements Code {
  readonly uses: Use[] = [];
  readonly shells: ShellText[] = [];
  readonly invocations: Invocation[] = [];
  readonly #scripts = new Map<IndexedSource, Script>();

  constructor(private readonly sources: CodeSources) {}

  use(use: Use): void {
    this.uses.push(use);
    if (use.kind === 'exec') this.#exec(use);
    // A file for a container is pinned and run like a script.
    if (use.kind === 'script' || use.kind === 'docker.copy') this.#script(use);
    if (use.kind === 'sql') this.#file(use);
  }

  #exec(use: Use): void {
    const written = isTemplateMap(use.args) ? use.args['argv'] : undefined;
    const argv = isExpression(written) ? this.sources.constant(written) : showTemplate(written ?? null);
    if (!isList(argv)) return;
    const words = argv.map((item, index): Argument => {
      const text = typeof item === 'string' ? item : '';
      const path = isExpression(written) ? [...use.path, 'argv'] : [...use.path, 'argv', index];
      const { locate } = this.sources;
      return {
        text,
        open: text.includes('${{'),
        glob: /[*?]/.test(text),
        get at() {
          return locate(path);
        },
      };
    });
    const locate: Place['locate'] = (index, start, end) =>
      this.sources.locateText([...use.path, 'argv', index], start, end);
    this.#program(use, words, 0, isExpression(written) ? {} : { locate });
  }

  #script(use: Use): void {
    const source = this.#file(use);
    const interpreter = argument(showTemplate(use.args), 'interpreter');
    const program = isList(interpreter) ? interpreter.map(String) : shebang(source?.text ?? '');
    if (isList(interpreter)) {
      const at = this.sources.locate([...use.path, 'interpreter']);
      const words = [...program, source?.path ?? ''].map((text) => ({ text, open: false, glob: false, at }));
      this.#program(use, words, 0);
    }
    if (source === undefined || !isShell(program)) return;
    const script = this.#scripts.get(source) ?? scriptOf(source.text);
    this.#scripts.set(source, script);
    this.#shell(use, script, { program, locate: (start, end) => source.location(start, end), depth: 0 });
  }

  #file(use: Use): IndexedSource | undefined {
    const file = argument(showTemplate(use.args), 'file');
    return typeof file === 'string' ? this.sources.textOf(file) : undefined;
  }

  #program(
    use: Use,
    words: readonly Argument[],
    depth: number,
    { locate, shell, isInner = false }: Place = {},
  ): void {
    const [first] = words;
    if (first === undefined || depth > deepest) return;
    const texts = words.map((w) => w.text);
    this.invocations.push({ program: baseName(first.text), words, use, isInner, ...(shell && { shell }) });
    const inner = runBy(texts);
    if (inner?.shell === true) this.#remote(use, words.slice(inner.at), depth);
    else if (inner !== null) {
      const own = wordsOf(words, inner);
      const within = locate && ((i: number, s: number, e: number) => locate(i + inner.at, s, e));
      this.#program(use, own, depth + 1, {
        ...(within && { locate: within }),
        ...(shell && { shell }),
        isInner: true,
      });
      return;
    }
    const script = shellScriptIndex(texts);
    const given = script === null ? textGiven(texts) : { index: script, from: 0 };
    const text = given === null ? undefined : words[given.index];
    if (given === null || text === undefined) return;
    const { index, from } = given;
    const place = (start: number, end: number) => locate?.(index, from + start, from + end) ?? text.at;
    this.#shell(use, scriptOf(text.text.slice(from)), {
      program: texts.slice(0, index),
      locate: place,
      depth: depth + 1,
    });
  }

  /** What ssh hands over is joined, and read by a shell there. */
  #remote(use: Use, words: readonly Argument[], depth: number): void {
    const [first, last] = [words[0], words.at(-1)];
    if (first === undefined || last === undefined) return;
    const at: Location = {
      file: first.at.file,
      range: { start: first.at.range.start, end: last.at.range.end },
    };
    const script = scriptOf(words.map((w) => w.text).join(' '));
    this.#shell(use, script, { program: [], locate: () => at, depth: depth + 1 });
  }

  #shell(use: Use, script: Script, { program, locate, depth, around }: Reading): void {
    if (depth > deepest) return;
    const text: ShellText = {
      script,
      errexit: has(script, program, 'errexit'),
      pipefail: around?.pipefail === true || has(script, program, 'pipefail'),
      locate,
      use,
      isNested: around !== undefined,
    };
    this.shells.push(text);
    for (const pipeline of script.pipelines)
      for (const simple of pipeline.members) this.#simple(simple, pipeline, text, depth);
    for (const { script: inner, start } of script.nested)
      this.#shell(use, inner, {
        program,
        locate: (from, to) => locate(start + from, start + to),
        depth: depth + 1,
        around: text,
      });
  }

  #simple(simple: Simple, pipeline: Pipeline, text: ShellText, depth: number): void {
    const words = simple.words.map((word): Argument => ({
      text: word.text,
      open: word.expands,
      glob: word.glob,
      get at() {
        return text.locate(word.start, word.end);
      },
    }));
    this.#program(text.use, words, depth + 1, { shell: { simple, pipeline, text } });
  }
}
