// One comment of a pull request, made once and then kept up to date (GitHub REST API, "Issue comments").
const mostPages = 20;

/**
 * Creates or updates the comment that begins with `marker` and is our own; `create: false` only updates.
 * Returns its URL, or null where there is none. Throws with GitHub's words where it refuses.
 */
export async function publish({ api, repository, number, token, marker, body, create }) {
  const call = caller(api, token);
  const issue = `/repos/${repository}/issues/${number}/comments`;
  const own = await ownComment(call, issue, marker);
  if (own === null && !create) return null;
  const text = { body: `${marker}\n${body}` };
  const written =
    own === null
      ? await call('POST', issue, text)
      : await call('PATCH', `/repos/${repository}/issues/comments/${own.id}`, text);
  return written.html_url ?? null;
}

/** Anyone can write the marker into a comment of theirs; only one by the token's own account is ever written to. */
async function ownComment(call, issue, marker) {
  const login = await call('GET', '/user').then(
    (user) => user.login,
    () => null, // an app's token, as in a workflow, may not ask; its comments are a bot's
  );
  const isOwn = ({ user }) => (login === null ? user?.type === 'Bot' : user?.login === login);
  for (let page = 1; page <= mostPages; page++) {
    const comments = await call('GET', `${issue}?per_page=100&page=${page}`);
    const own = comments.find((comment) => comment.body?.startsWith(marker) && isOwn(comment));
    if (own) return own;
    if (comments.length < 100) return null;
  }
  return null;
}

const caller = (api, token) => async (method, path, body) => {
  const response = await fetch(`${api}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'user-agent': 'gatebook-action',
      'x-github-api-version': '2022-11-28',
    },
    ...(body && { body: JSON.stringify(body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(30_000),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.message ?? ''}`.trim());
  return answer;
};
