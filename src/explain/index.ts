import { docker } from './docker.js';
import type { Explanation } from './entry.js';
import { expressions } from './expressions.js';
import { files } from './files.js';
import { gates } from './gates.js';
import { meaning } from './meaning.js';
import { names } from './names.js';
import { programs } from './programs.js';
import { runtime } from './runtime/index.js';
import { shape } from './shape.js';
import { syntax } from './syntax.js';
import { waivers } from './waivers.js';

export { asExample, wholeExample } from './entry.js';
export type { Example, Explanation } from './entry.js';

/** Every code that Gatebook prints, in the order of the reference page. */
export const explanations: readonly Explanation[] = [
  ...syntax,
  ...shape,
  ...names,
  ...gates,
  ...expressions,
  ...meaning,
  ...docker,
  ...programs,
  ...waivers,
  ...files,
  ...runtime,
];

const byCode: ReadonlyMap<string, Explanation> = new Map(explanations.map((e) => [e.code, e]));

/** What a code means; letters of either case. */
export const explain = (code: string): Explanation | undefined => byCode.get(code.trim().toUpperCase());
