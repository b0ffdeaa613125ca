import type { Explanation } from './entry.js';
import { explanations } from './index.js';

export interface Group {
  readonly heading: string;
  readonly entries: readonly Explanation[];
}

const headings: readonly (readonly [string, RegExp])[] = [
  ['The text of a file', /^GB10/],
  ['The language', /^GB1[1-9]/],
  ['Names and params', /^GB20/],
  ['Guards, gates and matchers', /^GB21/],
  ['Expressions', /^GB22/],
  ['Effects, resources, production, the report', /^GB2[345]/],
  ['The plan', /^GB26/],
  ['What programs and shells are made to do', /^GB27/],
  ['Waivers', /^GB28/],
  ['Files', /^GB3/],
  ['While a run is prepared or going on', /^[A-Z]+(?:_|$)/],
];

/** Every code under its heading, in the order of the reference page. */
export const groups: readonly Group[] = headings.map(([heading, codes]) => ({
  heading,
  entries: explanations.filter(({ code }) => codes.test(code)),
}));
