// The input `params`: values that each runbook takes as far as it declares them.
import { annotate, refuse } from './host.mjs';

const undeclared = /has no param (\S+) \[PARAM_UNKNOWN\]/;
const nameOf = (value) => value.slice(0, value.indexOf('='));

export class Params {
  #values;
  /** By runbook, what of the values it takes. */
  #taken = new Map();

  constructor(values) {
    const odd = values.find((value) => !/^[a-z][a-z0-9_]*=/.test(value));
    if (odd !== undefined) refuse(`params: ${odd} isn't of the form name=value`);
    this.#values = values;
  }

  /** What `call` gives with the options that set them; a runbook that says it has no such param isn't given it. */
  given(path, call) {
    let taken = this.#taken.get(path) ?? this.#values;
    for (;;) {
      const ended = call(taken.flatMap((value) => ['--param', value]));
      const unknown = undeclared.exec(ended.stderr)?.[1];
      const left = taken.filter((value) => nameOf(value) !== unknown);
      this.#taken.set(path, left);
      if (left.length === taken.length) return ended;
      taken = left;
    }
  }

  /** Most often a name that is misspelt. */
  warnOfUnused() {
    const used = new Set([...this.#taken.values()].flat());
    for (const value of this.#values)
      if (!used.has(value)) annotate('warning', `params: no runbook declares ${nameOf(value)}`);
  }
}
