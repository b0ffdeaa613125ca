import { isAbsolute, relative } from 'node:path';

/** As a person would type it from where they stand. */
export function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') || isAbsolute(near) ? path : near;
}
