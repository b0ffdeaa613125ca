import { err, ok } from '../../src/base/result.js';
import type { Sources } from '../../src/ports/sources.js';

/** A project that lives in memory. */
export function memorySources(files: Readonly<Record<string, string | Uint8Array>>): Sources {
  return {
    today: '2026-06-15',
    project: (path) =>
      Promise.resolve(
        ok({
          root: '/project',
          entry: path,
          hasSettings: 'gatebook.yaml' in files,
          shown: (inside: string) => inside,
          read: (inside: string, maxBytes: number) => {
            const content = Object.hasOwn(files, inside) ? files[inside] : undefined;
            if (inside.startsWith('..'))
              return Promise.resolve(err({ code: 'GB3003', message: `${inside} leads outside` }));
            if (content === undefined)
              return Promise.resolve(err({ code: 'GB3001', message: `${inside} doesn't exist` }));
            const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
            if (bytes.length > maxBytes)
              return Promise.resolve(err({ code: 'GB3002', message: 'too large' }));
            return Promise.resolve(ok({ path: inside, bytes }));
          },
        }),
      ),
  };
}
