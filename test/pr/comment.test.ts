import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { publish } from '../../scripts/action/comment.mjs';
import { limits, page } from '../../scripts/action/page.mjs';
import { GithubApi } from './github-api.js';

let api: GithubApi;
beforeEach(async () => {
  api = await GithubApi.start();
});
afterEach(() => api.stop());

const marker = '<!-- gatebook review 0123456789ab -->';
const send = (body: string, create = true) =>
  publish({
    api: api.url,
    repository: 'acme/ops',
    number: 7,
    token: 't0ken-of-the-job',
    marker,
    body,
    create,
  });

describe('the comment', () => {
  test('is created once, and updated from then on', async () => {
    expect(await send('first')).toContain('issuecomment-100');
    expect(await send('second')).toContain('issuecomment-100');
    expect(api.writes()).toEqual([
      'POST /repos/acme/ops/issues/7/comments',
      'PATCH /repos/acme/ops/issues/comments/100',
    ]);
    expect(api.comments.map(({ body }) => body)).toEqual([`${marker}\nsecond`]);
    expect(api.requests.every(({ authorization }) => authorization === 'Bearer t0ken-of-the-job')).toBe(true);
  });
  test('is found behind two pages of others', async () => {
    for (let n = 0; n < 230; n++) api.add('someone', 'User', `comment ${n}`);
    await send('first');
    await send('second');
    expect(api.comments.filter(({ body }) => body.startsWith(marker))).toHaveLength(1);
  });
  test('of somebody who copied the marker is never written to, nor one that quotes it', async () => {
    api.add('mallory', 'User', `${marker}\nall is well`);
    api.add('other[bot]', 'Bot', `> ${marker}`);
    await send('first');
    expect(api.comments.map(({ body }) => body)).toEqual([
      `${marker}\nall is well`,
      `> ${marker}`,
      `${marker}\nfirst`,
    ]);
  });
  test('is not created for nothing, but an old one is brought up to date', async () => {
    expect(await send('nothing', false)).toBeNull();
    expect(api.writes()).toEqual([]);
    await send('first');
    await send('nothing any more', false);
    expect(api.comments[0]?.body).toBe(`${marker}\nnothing any more`);
  });
  test("that may not be written is GitHub's own refusal", async () => {
    api.readOnly = true;
    await expect(send('first')).rejects.toThrow('403 Resource not accessible by integration');
  });
});

describe('its page', () => {
  const change = (markdown: string, what = 'a guard is gone') => ({
    path: 'runbooks/a.yaml',
    state: 'changed',
    markdown,
    data: {
      plan_digest: 'sha256:12',
      comparison: {
        summary: '1 change in meaning, 1 weakens a guard',
        is_new: false,
        changes: [{ weight: 'weakens', place: 'G-02', what, before: 'there', after: null, at: null }],
      },
    },
  });
  test('begins with the change in meaning, and names what weakens', () => {
    const [first, ...rest] = page([change('# Review')], limits.comment, 'https://x/runs/1').split('\n');
    expect(first).toBe('## Gatebook: 1 change in meaning, 1 weakens a guard');
    expect(rest.join('\n')).toContain('- **weakens** `G-02` `a guard is gone`: `there` → `nothing`');
  });
  test('stays within the limit, closes what it cuts, and says where the rest is', () => {
    const long = `# Review\n\n\`\`\`text\n${'a line of a script 漢字\n'.repeat(20_000)}\`\`\`\n`;
    const body = page([change(long), change(long)], limits.comment, 'https://x/runs/1');
    expect(body.length).toBeLessThanOrEqual(limits.comment);
    expect(body.match(/<details>/g)).toHaveLength(2);
    expect(body.match(/<\/details>/g)).toHaveLength(2);
    expect(body.match(/^```/gm)!.length % 2).toBe(0);
    expect(body).toContain(
      '_Cut here: the whole review stands in [the summary of this run](https://x/runs/1)._',
    );
  });
  test('stays within the limit however many changes weaken', () => {
    const many = Array.from({ length: 900 }, () => change('x', 'w'.repeat(200)));
    expect(page(many, limits.comment, 'https://x/runs/1').length).toBeLessThanOrEqual(limits.comment);
  });
  test('mentions nobody and links nowhere, whatever a runbook says', () => {
    const body = page(
      [change('x', '@everyone ` [click](https://evil.example) <img src=x>')],
      limits.comment,
      'y',
    );
    expect(body).toContain('``@everyone ` [click](https://evil.example) <img src=x>``');
  });
});
