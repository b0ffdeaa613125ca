import { sha256Of } from '../base/sha256.js';
import { err, ok, type Result } from '../base/result.js';
import type { PlanFile } from '../model/plan.js';
import type { Project } from '../ports/sources.js';
import type { Diagnostic, Location } from '../text/diagnostic.js';
import { IndexedSource } from '../text/source.js';
import { decodeSource } from './yaml/decode.js';
import { withPins } from './pins.js';
import { explainSchemaErrors } from './schema-errors/schema-errors.js';
import { plain, type Node } from './tree.js';
import type { Validator } from './validators.generated.js';
import { parseYaml } from './yaml/parse.js';

const MiB = 2 ** 20;
/** What is read of each file, at most, in bytes. */
export const sourceLimits = {
  runbook: 4 * MiB,
  library: 1 * MiB,
  settings: 64 * 1024,
  data: 4 * MiB,
  script: 16 * MiB,
  sql: 64 * MiB,
} as const satisfies Record<PlanFile['role'], number>;

export type SchemaName = 'runbook' | 'gates' | 'settings';

/** A file as it was read: its bytes are what the plan pins and the bundle keeps. */
export interface SourcePart extends PlanFile {
  readonly content: Uint8Array;
}

/** Reads the files of one project, and remembers what it read for digests and code frames. */
export class Reader {
  readonly parts = new Map<string, SourcePart>();

  constructor(
    readonly project: Project,
    /** Text by the name that diagnostics use. */
    readonly seen: Map<string, IndexedSource>,
  ) {}

  /** The bytes of a file. Findings stand where the file is named, or at its own beginning. */
  async bytes(
    path: string,
    role: PlanFile['role'],
    at?: Location,
  ): Promise<Result<SourcePart, readonly Diagnostic[]>> {
    const known = this.parts.get(path);
    if (known !== undefined) return ok(known);
    const read = await this.project.read(path, sourceLimits[role]);
    if (!read.ok) {
      const { code, message, next } = read.error;
      const location = at ?? startOf(this.project.shown(path));
      return err([{ code, severity: 'error', message, location, ...(next !== undefined && { fix: next }) }]);
    }
    const { bytes } = read.value;
    const sha256 = sha256Of(bytes);
    const part: SourcePart = { path: read.value.path, sha256, role, content: bytes };
    this.parts.set(path, part);
    return ok(part);
  }

  /** A file that was read, as text for findings. */
  text(path: string): IndexedSource | undefined {
    const part = this.parts.get(path);
    if (part === undefined) return undefined;
    const shown = this.project.shown(part.path);
    const known = this.seen.get(shown);
    if (known !== undefined) return known;
    const source = new IndexedSource(part.path, new TextDecoder().decode(part.content), shown);
    this.seen.set(shown, source);
    return source;
  }

  /** A YAML file as a tree. */
  async tree(
    path: string,
    role: PlanFile['role'],
    at?: Location,
  ): Promise<Result<Node, readonly Diagnostic[]>> {
    const part = await this.bytes(path, role, at);
    if (!part.ok) return part;
    const decoded = decodeSource(
      { path: part.value.path, bytes: part.value.content },
      this.project.shown(path),
    );
    const { source, findings } = decoded;
    this.seen.set(source.shown, source);
    return findings.length > 0 ? err(findings) : parseYaml(source);
  }

  /** A YAML file of the language: also valid against its schema. */
  async document(
    path: string,
    role: PlanFile['role'],
    schema: SchemaName,
    at?: Location,
  ): Promise<Result<Node, readonly Diagnostic[]>> {
    const tree = await this.tree(path, role, at);
    return tree.ok ? this.checked(tree.value, schema) : tree;
  }

  /** A tree that was read, where it is valid against a schema. */
  async checked(tree: Node, schema: SchemaName): Promise<Result<Node, readonly Diagnostic[]>> {
    const { validators } = await import('./validators.generated.js');
    const validator = validators[schema];
    const explained = await checkSchema(tree, validator, schema);
    const findings = await withPins(tree, validator.errors ?? [], explained, this);
    return findings.length > 0 ? err(findings) : ok(tree);
  }
}

export const startOf = (file: string): Location => ({
  file,
  range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
});

async function checkSchema(
  tree: Node,
  validate: Validator,
  name: SchemaName,
): Promise<readonly Diagnostic[]> {
  if (validate(plain(tree))) return [];
  // Only a message needs the schema itself.
  const { schemas } = await import('./schemas.generated.js');
  return explainSchemaErrors(tree, validate.errors ?? [], schemas[name]);
}
