import type { Link, Pipeline, Redirection, Script, Simple } from './syntax.js';
import { tokensOf, type Operator, type Token, type Word } from './tokens.js';

/** Deeper than anyone writes. */
const deepest = 12;

/** What a shell would run, flat and in order. Never fails: what it can't make out is a word. */
export function scriptOf(text: string, depth = 0): Script {
  const reader = new Reader();
  const tokens = tokensOf(text);
  for (let i = 0; i < tokens.length; i++) i = reader.take(tokens, i);
  reader.endPipeline('');
  const bodies = depth >= deepest ? [] : tokens.flatMap((t) => (t.is === 'word' ? t.bodies : []));
  return {
    pipelines: reader.pipelines,
    nested: bodies.map((body) => ({ script: scriptOf(body.text, depth + 1), start: body.start })),
  };
}

type Compound = 'condition' | 'body' | 'case' | 'pattern' | 'group';

const assignment = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;
const opens = new Map<string, Compound>([
  ['if', 'condition'],
  ['while', 'condition'],
  ['until', 'condition'],
  ['for', 'body'],
  ['select', 'body'],
  ['case', 'case'],
  ['{', 'group'],
]);
const turns = new Map<string, Compound>([
  ['then', 'body'],
  ['do', 'body'],
  ['else', 'body'],
  ['elif', 'condition'],
]);
const closes: ReadonlySet<string> = new Set(['fi', 'done', 'esac', '}']);

class Reader {
  readonly pipelines: (Omit<Pipeline, 'endsBlock' | 'around'> & { endsBlock: boolean; around: Link })[] = [];
  readonly #compounds: Compound[] = [];
  /** Of each: what links it to what stands before it, and in which subshell its inside is. */
  readonly #around: { readonly link: Link; readonly subshell: number }[] = [];
  #opened = 0;
  #members: Simple[] = [];
  #words: Word[] = [];
  #assignments: Word[] = [];
  #redirections: Redirection[] = [];
  #compoundEnd: Token | null = null;
  #before: Link = '';
  #negated = false;

  /** Takes the token at `i`, and what belongs to it; the index of the last one taken. */
  take(tokens: readonly Token[], i: number): number {
    const token = tokens[i];
    if (token === undefined) return i;
    if (this.#compounds.at(-1) === 'pattern') return this.#pattern(token, i);
    return token.is === 'word' ? this.#word(token, tokens, i) : this.#operator(token, tokens, i);
  }

  endPipeline(after: Link): void {
    this.#endMember();
    if (this.#members.length > 0) {
      this.pipelines.push({
        members: this.#members,
        before: this.#before,
        after,
        condition: this.#compounds.at(-1) === 'condition',
        depth: this.#compounds.length,
        subshell: this.#around.at(-1)?.subshell ?? 0,
        negated: this.#negated,
        endsBlock: false,
        around: '',
      });
      this.#before = after;
    }
    this.#members = [];
    this.#negated = false;
  }

  /** The end of a branch or group; a loop's is none, for the rounds before its last are lost. */
  #endBlock(): void {
    this.endPipeline(';');
    const last = this.pipelines.at(-1);
    if (last === undefined || last.depth !== this.#compounds.length) return;
    last.endsBlock = true;
    last.around = this.#compounds.at(-1) === 'group' ? (this.#around.at(-1)?.link ?? '') : '';
  }

  #enter(compound: Compound, subshell = this.#around.at(-1)?.subshell ?? 0): void {
    this.#compounds.push(compound);
    this.#around.push({ link: this.#before, subshell });
    this.#before = '';
  }

  #leave(): Compound | undefined {
    this.#around.pop();
    return this.#compounds.pop();
  }

  #endMember(): void {
    const parts = [...this.#assignments, ...this.#words, ...this.#redirections];
    if (this.#compoundEnd !== null) parts.push(this.#compoundEnd as Word);
    if (parts.length > 0) {
      this.#members.push({
        words: this.#words,
        assignments: this.#assignments,
        redirections: this.#redirections,
        // One argument each would be more than a call may have: a line can hold all words of a large file.
        start: parts.reduce((least, { start }) => Math.min(least, start), Infinity),
        end: parts.reduce((most, { end }) => Math.max(most, end), 0),
      });
    }
    this.#words = [];
    this.#assignments = [];
    this.#redirections = [];
    this.#compoundEnd = null;
  }

  /** `a | b)` of a `case`: nothing of it runs. */
  #pattern(token: Token, i: number): number {
    if (token.is === 'operator' && token.text === ')') this.#compounds[this.#compounds.length - 1] = 'case';
    else if (token.is === 'word' && token.text === 'esac') {
      this.#leave();
      this.#compoundEnd = token;
    }
    return i;
  }

  #word(word: Word, tokens: readonly Token[], i: number): number {
    const atCommand = this.#words.length === 0 && this.#compoundEnd === null;
    if (atCommand && this.#assignments.length === 0 && !word.quoted) {
      const taken = this.#keyword(word, tokens, i);
      if (taken !== null) return taken;
    }
    if (atCommand && assignment.test(word.text)) this.#assignments.push(word);
    else this.#words.push(word);
    return i;
  }

  #keyword(word: Word, tokens: readonly Token[], i: number): number | null {
    const opened = opens.get(word.text);
    const turned = turns.get(word.text);
    if (word.text === '!') {
      this.#negated = true;
      return i;
    }
    if (word.text === '[[') return this.#until(tokens, i, ']]');
    if (word.text === 'case') return this.#case(tokens, i);
    if (opened !== undefined) {
      this.#enter(opened);
      return word.text === 'for' || word.text === 'select' ? this.#loopHead(tokens, i) : i;
    }
    if (turned !== undefined && this.#compounds.length > 0) {
      if (word.text === 'else' || word.text === 'elif') this.#endBlock();
      else this.endPipeline(';');
      this.#compounds[this.#compounds.length - 1] = turned;
      return i;
    }
    if (!closes.has(word.text) || this.#compounds.length === 0) return null;
    if (word.text === 'done') this.endPipeline(';');
    else this.#endBlock();
    this.#leave();
    this.#compoundEnd = word;
    return i;
  }

  /** `[[ … ]]` has operators of its own. */
  #until(tokens: readonly Token[], from: number, end: string): number {
    let i = from;
    for (; i < tokens.length; i++) {
      const token = tokens[i];
      if (token?.is === 'word') this.#words.push(token);
      if (token?.text === end || token?.text === '\n') break;
    }
    return i;
  }

  /** `for x in a b` runs nothing itself. */
  #loopHead(tokens: readonly Token[], from: number): number {
    let i = from;
    while (i + 1 < tokens.length && !/^(?:;|\n)$/.test(tokens[i + 1]?.text ?? '')) i++;
    return i;
  }

  #case(tokens: readonly Token[], from: number): number {
    let i = from + 1;
    while (i < tokens.length && tokens[i]?.text !== 'in') i++;
    this.#enter('pattern');
    return i;
  }

  #operator(operator: Operator, tokens: readonly Token[], i: number): number {
    switch (operator.text) {
      case '|':
      case '|&':
        this.#endMember();
        return i;
      case '&&':
      case '||':
      case '&':
        this.endPipeline(operator.text);
        return i;
      case ';':
      case '\n':
        this.endPipeline(';');
        return i;
      case ';;':
      case ';&':
      case ';;&':
        this.#endBlock();
        if (this.#compounds.at(-1) === 'case') this.#compounds[this.#compounds.length - 1] = 'pattern';
        return i;
      case '(':
        return this.#open(tokens[i + 1], i);
      case ')':
        this.#endBlock();
        if (this.#leave() !== undefined) this.#compoundEnd = operator;
        return i;
      default:
        return this.#redirect(operator, tokens, i);
    }
  }

  #open(next: Token | undefined, i: number): number {
    if (this.#words.length > 0 && next?.text === ')') {
      // `name ()` defines a function; its body follows.
      this.#words = [];
      return i + 1;
    }
    this.#enter('group', ++this.#opened);
    return i;
  }

  #redirect(operator: Operator, tokens: readonly Token[], i: number): number {
    const next = tokens[i + 1];
    const target = next?.is === 'word' ? next : null;
    this.#redirections.push({
      operator: operator.text,
      target,
      start: operator.start,
      end: target?.end ?? operator.end,
    });
    return target === null ? i : i + 1;
  }
}
