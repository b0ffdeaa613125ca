// Second step: what the pull request changes in meaning, in the step's summary and in one comment; then the verdict.
import { createHash } from 'node:crypto';
import { changedRunbooks, departure, inRepository, isUnknown, weakening } from './changes.mjs';
import { publish } from './comment.mjs';
import { addSummary, annotate, host, input, pullRequest, refuse, setOutput } from './host.mjs';
import { limits, page } from './page.mjs';

const reasons = ['error', 'warning', 'weakens'];
const failOn = input('fail-on')
  .split(/[\s,]+/)
  .filter((reason) => reason !== '' && reason !== 'never');
const unknownReason = failOn.find((reason) => !reasons.includes(reason));
if (unknownReason !== undefined) refuse(`fail-on: ${unknownReason} is none of ${reasons.join(', ')}, never`);

const pull = pullRequest();
const against = input('against') || pull?.base;
const changes = against ? readChanges(against) : [];
const weak = changes.flatMap((change) => weakening(change).map((one) => ({ ...one, ...change })));
const malformed = changes.filter((change) => change.malformed).length;
const unknown = changes.filter(isUnknown).length;

for (const { path, place, what, at, data } of weak.slice(0, 10)) {
  const file = at === null ? path : inRepository(path, data.runbook.path, at.file);
  annotate('warning', `${place}: ${what}`, { file, line: at?.line ?? 1, title: 'gatebook review, weakens' });
}
if (against) addSummary(page(changes, limits.summary, host.runUrl));
setOutput('changed', JSON.stringify(changes.map(({ path }) => path)));
setOutput('weakens', weak.length);
if (pull !== null && against && input('comment') !== 'false') await comment();
end();

function readChanges(commit) {
  const base = departure(commit);
  if (base === null)
    refuse(
      `${commit} and HEAD have no commit in common in this clone. Let actions/checkout fetch them: with: {fetch-depth: 0}`,
    );
  return changedRunbooks(
    input('paths')
      .split(/\s+/)
      .filter((path) => path !== ''),
    base,
    input('params')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  );
}

/** A fork's pull request has a token that may only read: that is said, and fails nothing. */
async function comment() {
  const token = input('token');
  if (token === '') return annotate('warning', 'no comment: there is no token');
  const name = createHash('sha256').update(input('paths')).digest('hex').slice(0, 12);
  try {
    const url = await publish({
      ...host,
      token,
      number: pull.number,
      marker: `<!-- gatebook review ${name} -->`,
      body: page(changes, limits.comment, host.runUrl),
      create: changes.length > 0,
    });
    if (url !== null) setOutput('comment-url', url);
  } catch (error) {
    annotate(
      'warning',
      `no comment (a fork's pull request has no permission for it; the summary has it all): ${error.message}`,
    );
  }
}

function end() {
  const counts = {
    error: Number(input('errors')) + malformed,
    warning: Number(input('warnings')),
    // What can't be compared may weaken anything.
    weakens: weak.length + unknown,
  };
  const met = failOn.filter((reason) => counts[reason] > 0);
  if (met.length > 0) refuse(`gatebook: ${met.map((reason) => `${reason}: ${counts[reason]}`).join(', ')}`);
}
