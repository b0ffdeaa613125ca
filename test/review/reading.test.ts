import { expect, test } from 'vitest';
import { authorization as authorizationSection } from '../../src/review/sections/decision.js';
import type { Review } from '../../src/review/index.js';
import { renderReview } from '../../src/review/index.js';
import { condition } from '../../src/review/words.js';
import { reviewOf } from './support.js';

const runbook = `
data: {colour: red}
commands:
  C-01:
    title: Look
    guards:
      G-01:
        title: the colour
        probe: {value: "\${{ data.colour }}"}
        expect: {one_of: [red, green]}
        when: {if: "run.mode == 'live'", reason: a rehearsal has no colour}
    do:
      - manual: {instructions: Call the shop., confirm: told}
      - exec: {argv: [echo, done], ok_codes: [0]}
        when: run.mode == 'live'
        as: told
    effect: observe
    expectations:
      G-02:
        title: a list of maps with lists in them
        probe: {value: "\${{ [{'name': data.colour}] }}"}
        expect: {rows_equal: [{name: red, tags: [a, b], of: {left: "", right: c}}]}
authorization: {none: looks}
`;

test('the table says when a gate or an action is left out; what an argument holds is words, not JSON', async () => {
  const markdown = renderReview(await reviewOf({ 'runbook.yaml': runbook }), 'md');
  expect(markdown).toMatch(/^\|.*\*\*G-01\*\* the colour \|.*; only if .*live.* \|$/m);
  expect(markdown).toMatch(/^\|  \| runs echo done \|  \| only if .*live.* \|$/m);
  expect(markdown).toContain('name: red; of (left: an empty text, right: c); tags: a, b');
  expect(markdown).not.toMatch(/\{"/);
  expect(markdown, 'a sentence ends once').toContain('types “told”: Call the shop.\n');
});

test.each([
  ["gates['G-09'].state == 'passed'", 'G-09 passed'],
  ["gates['G-09'].state != 'passed' && run.mode == 'live'", 'G-09 not passed and the mode is live'],
  ["targets.copy.engine != 'docker'", 'the engine of copy is not docker'],
  ['params.rows == 3', 'params.rows is 3'],
  ['params.rows > 3', '‹params.rows > 3›'],
])('the condition %s reads: %s', (source, words) => {
  expect(condition(source)).toBe(words);
});

test.each([
  [['SG_1'], 'SG_1 has to approve exactly this plan: a person who does not ask for it.'],
  [
    ['SG_1', 'SG_2'],
    'SG_1 and SG_2 have to approve exactly this plan, each another person with another key, none of them who asks.',
  ],
])('who has to approve, of %j', (slots, words) => {
  const authorization = { slots, valid_for_ms: 3_600_000, none: null };
  expect(JSON.stringify(authorizationSection({ authorization, waivers: [] } as unknown as Review))).toContain(
    words,
  );
});

test('what is made on a server for good is said to be', async () => {
  const made = `
targets: {st: {postgres: {url: {env: ST_URL}}, access: write, identity: {database: a}}}
commands:
  C-01: {title: t, effect: create, do: [{sql: {target: st, query: create table x()}}]}
authorization: {none: makes a table}
`;
  const markdown = renderReview(await reviewOf({ 'runbook.yaml': made }), 'md');
  expect(markdown).toContain('**Made or changed for good: 1**');
  expect(markdown).not.toContain('is kept.');
});
