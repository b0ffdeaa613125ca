// What the step summary and the comment say: first the change in meaning, then what weakens, then whole reviews.
import { isUnknown, weakening } from './changes.mjs';

/** GitHub refuses a comment of more than 65,536 characters, and a step summary of more than 1 MiB, in UTF-8. */
export const limits = { comment: 65_000, summary: 340_000 };

/** The page within so many characters; `more` is where the rest can be read. */
export function page(changes, limit, more) {
  const top = [`## Gatebook: ${headline(changes)}`, ...changes.map(summary)].join('\n\n');
  const room = Math.floor((limit - top.length - 200) / Math.max(1, changes.length)) - 200;
  const reviews = changes
    .filter(({ markdown }) => markdown)
    .map(({ path, markdown }) => {
      const body = fit(
        markdown,
        room,
        `_Cut here: the whole review stands in [the summary of this run](${more})._`,
      );
      return `<details><summary>Review of ${code(path, true)}: nothing was executed</summary>\n\n${body}\n\n</details>`;
    });
  const whole = [top, ...reviews].join('\n\n');
  // A list of thousands of changes leaves no room for reviews.
  return whole.length <= limit
    ? whole
    : fit(top, limit - 200, `_Cut here: [the summary of this run](${more})._`);
}

function headline(changes) {
  if (changes.length === 0) return 'no runbook changes';
  if (changes.length === 1) return said(changes[0]);
  const weak = changes.reduce((sum, change) => sum + weakening(change).length, 0);
  return `${changes.length} runbooks change, ${weak === 0 ? 'nothing is weakened' : `${weak} ${weak === 1 ? 'change weakens' : 'changes weaken'} what guards them`}`;
}

function said({ state, data }) {
  if (state === 'removed') return 'a runbook is removed';
  if (state === 'unreviewable') return "a runbook can't be reviewed";
  if (state === 'uncompared') return "a runbook can't be compared with what it was";
  return data.comparison?.summary ?? 'a runbook changes';
}

function summary(change) {
  const { path, why, data } = change;
  const head = `**${code(path)}** — ${said(change)}`;
  const reason = isUnknown(change) ? `\n\n${fence(why)}` : '';
  const dangers = weakening(change).map(({ place, what, before, after }) => {
    const values =
      before === null && after === null ? '' : `: ${code(before ?? 'nothing')} → ${code(after ?? 'nothing')}`;
    return `- **weakens** ${code(place)} ${code(what)}${values}`;
  });
  const plan = data ? `\n\nplan ${code(data.plan_digest)}` : '';
  return `${[head, ...dangers].join('\n')}${reason}${plan}`;
}

/** Text from a runbook, as a code span: no markup, link or mention in it works. */
function code(text, html = false) {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  if (html)
    return `<code>${line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</code>`;
  const ticks = '`'.repeat(longestRun(line) + 1);
  const pad = /^`|`$/.test(line) ? ' ' : '';
  return `${ticks}${pad}${line}${pad}${ticks}`;
}

function fence(text) {
  const ticks = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${ticks}text\n${text}\n${ticks}`;
}

const longestRun = (text) => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

/** As many whole lines as there is room for; a code block that is cut is closed, and a last line says so. */
function fit(markdown, room, last) {
  if (markdown.length <= room) return markdown.trimEnd();
  const kept = [];
  let left = room - last.length - 100;
  let open = '';
  for (const line of markdown.split('\n')) {
    left -= line.length + 1;
    if (left < 0) break;
    const ticks = /^(`{3,})/.exec(line)?.[1];
    if (ticks) open = open === '' ? ticks : line.trim() === open ? '' : open;
    kept.push(line);
  }
  return [...kept, ...(open === '' ? [] : [open]), '', last].join('\n');
}
