import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** dist/THIRD-PARTY-NOTICES.md: name, version and licence text of each package that the inputs of a bundle come from. */
export async function noticesOf(root: string, inputs: readonly string[]): Promise<string> {
  const folders = [...new Set(inputs.flatMap((input) => packageFolder(input) ?? []))].sort();
  const packages = await Promise.all(folders.map((folder) => read(join(root, folder))));
  const sections = packages.map(
    ({ name, version, license, text }) => `## ${name} ${version} (${license})\n\n${fenced(text)}\n`,
  );
  return [
    '# Third-party notices\n',
    'The published package holds code of these packages. Written by `npm run build`.\n',
    ...sections,
  ].join('\n');
}

/** `node_modules/a/node_modules/@b/c/lib/x.js` → `node_modules/a/node_modules/@b/c`; null for our own files. */
function packageFolder(input: string): string | null {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? null;
}

async function read(folder: string): Promise<Bundled> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = manifest as Record<string, unknown>;
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  if (typeof name !== 'string' || typeof version !== 'string' || typeof license !== 'string')
    throw new Error(`${folder}: package.json has no name, version or licence`);
  return { name, version, license, text: texts.join('\n').trim() || `Licensed under ${license}.` };
}

function fenced(text: string): string {
  return ['```text', ...text.split(/\r?\n/).map((line) => line.trimEnd()), '```'].join('\n');
}
