import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Comment {
  readonly id: number;
  readonly user: { readonly login: string; readonly type: string };
  body: string;
}
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: string;
}

/** The part of GitHub's REST API that keeps a pull request's comments, on loopback; it writes each request down. */
export class GithubApi {
  readonly comments: Comment[] = [];
  readonly requests: Request[] = [];
  /** As for a fork's pull request: reading is allowed, writing isn't. */
  readOnly = false;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<GithubApi> {
    const api = new GithubApi();
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  stop = (): Promise<void> => new Promise((resolve) => this.#server.close(() => resolve()));

  /** The requests that write. */
  writes = (): readonly string[] =>
    this.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);

  add(login: string, type: string, body: string): Comment {
    const comment = { id: 100 + this.comments.length, user: { login, type }, body };
    this.comments.push(comment);
    return comment;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = '', url = '' } = request;
    this.requests.push({ method, path: url, authorization: request.headers.authorization ?? '', body });
    const [status, answer] = this.#route(method, new URL(url, 'http://x'), body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #route(method: string, url: URL, body: string): readonly [number, unknown] {
    const refused = [403, { message: 'Resource not accessible by integration' }] as const;
    if (url.pathname === '/user') return refused;
    if (method !== 'GET' && this.readOnly) return refused;
    if (method !== 'GET' && (JSON.parse(body) as Comment).body.length > 65_536)
      return [422, { message: 'Body is too long (maximum is 65536 characters)' }];
    if (url.pathname === '/repos/acme/ops/issues/7/comments') {
      if (method === 'POST')
        return [201, shown(this.add('github-actions[bot]', 'Bot', (JSON.parse(body) as Comment).body))];
      const page = Number(url.searchParams.get('page'));
      const size = Number(url.searchParams.get('per_page'));
      return [200, this.comments.slice((page - 1) * size, page * size)];
    }
    const id = /^\/repos\/acme\/ops\/issues\/comments\/(\d+)$/.exec(url.pathname)?.[1];
    const comment = this.comments.find((one) => String(one.id) === id);
    if (method !== 'PATCH' || comment === undefined) return [404, { message: 'Not Found' }];
    comment.body = (JSON.parse(body) as Comment).body;
    return [200, shown(comment)];
  }
}

const shown = (comment: Comment) => ({
  ...comment,
  html_url: `https://github.example/acme/ops/pull/7#issuecomment-${comment.id}`,
});
