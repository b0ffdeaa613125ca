import { readFile } from 'node:fs/promises';
import { problemText, say } from './io.js';

const names = ['runbook', 'gates', 'settings', 'report', 'annotation', 'review'];

/** `gatebook schema NAME`: the JSON schema (draft-07), as editors take it. */
export async function schemaCommand(name: string): Promise<number> {
  if (!names.includes(name)) {
    const problem = {
      code: 'USAGE',
      message: `there is no schema called ${name}`,
      next: `gatebook schema ${names.join(' | ')}`,
    };
    await say(process.stderr, problemText(problem));
    return 2;
  }
  await say(
    process.stdout,
    await readFile(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'),
  );
  return 0;
}
