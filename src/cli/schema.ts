import { readFile } from 'node:fs/promises';
import { say } from './io.js';

/** `gatebook schema NAME`: the JSON schema (draft-07), as editors take it. */
export async function schemaCommand(name: string): Promise<number> {
  await say(
    process.stdout,
    await readFile(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'),
  );
  return 0;
}
