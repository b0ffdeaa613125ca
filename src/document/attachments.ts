import type { Action, Probe, Runbook } from '../model/runbook.js';
import { field, type Value } from '../base/value.js';
import { isTemplateMap, type Template } from '../model/template.js';
import type { PlanFile } from '../model/plan.js';
import type { Diagnostic, Location } from '../text/diagnostic.js';
import { pinEdit } from './pins.js';
import type { Reader } from './read.js';
import { child, isText, locate, locationOf, nodeAt, plain, type Node, type Path } from './tree.js';

/** Reads `{file, sha256}` constants; what isn't one is left to the builder. */
export async function readDataFiles(
  root: Node,
  reader: Reader,
  findings: Diagnostic[],
): Promise<ReadonlyMap<string, Template>> {
  const values = new Map<string, Template>();
  const data = child(root, 'data');
  if (data?.kind !== 'map') return values;
  for (const { key, value: node } of data.entries.values()) {
    if (node.kind !== 'map' || !isFileReference(node.entries.keys())) continue;
    values.set(key, await readDataFile(node, reader, findings));
  }
  return values;
}

const isFileReference = (keys: Iterable<string>): boolean => {
  const written = [...keys];
  return written.includes('file') && written.every((key) => key === 'file' || key === 'sha256');
};

async function readDataFile(node: Node, reader: Reader, findings: Diagnostic[]): Promise<Value> {
  const file = child(node, 'file');
  const pin = child(node, 'sha256');
  if (!isText(file) || file.value === '') {
    findings.push(problem('GB3009', 'file names a file of the project', locationOf(file ?? node)));
    return null;
  }
  const part = await reader.bytes(file.value, 'data', locationOf(file));
  if (!part.ok) {
    findings.push(...part.error);
    return null;
  }
  const mismatch = pinMismatch(
    { file: file.value, sha256: part.value.sha256 },
    { pin: isText(pin) ? pin.value : undefined, at: locationOf(pin ?? file), node },
  );
  if (mismatch !== null) findings.push(mismatch);
  // JSON is YAML, so that one reader with one set of limits serves both.
  const tree = await reader.tree(file.value, 'data', locationOf(file));
  if (tree.ok) return plain(tree.value);
  findings.push(...tree.error);
  return null;
}

/** What is written beside a file's name, where, and in which map. */
interface Pinned {
  readonly pin: string | undefined;
  readonly at: Location;
  readonly node: Node | undefined;
}

function pinMismatch(
  { file, sha256 }: { readonly file: string; readonly sha256: string },
  { pin, at, node }: Pinned,
): Diagnostic | null {
  if (pin === sha256) return null;
  if (pin === undefined) {
    const edit = pinEdit(node, sha256);
    return { ...problem('GB3008', `${file} isn't pinned`, at, `sha256: ${sha256}`), ...(edit && { edit }) };
  }
  return problem(
    'GB3007',
    `${file} isn't what is pinned here`,
    at,
    `its sha256 is ${sha256}: read it again, then pin that`,
  );
}

const problem = (code: string, message: string, location: Location, fix?: string): Diagnostic => ({
  code,
  severity: 'error',
  message,
  location,
  ...(fix !== undefined && { fix }),
});

interface Attachment {
  readonly args: Template;
  readonly path: Path;
  readonly role: PlanFile['role'];
  /** An expression may stand there: for a file that the run makes, which no plan can hold. */
  readonly mayBeMade: boolean;
}

/** Kinds whose `file` is a part of the plan. */
const roles: Readonly<Record<string, PlanFile['role'] | undefined>> = {
  script: 'script',
  sql: 'sql',
  'docker.copy': 'script',
};

/** Reads every script and SQL file that the runbook names, and checks their pins. */
export async function readScripts(
  root: Node,
  runbook: Runbook,
  reader: Reader,
  findings: Diagnostic[],
): Promise<void> {
  for (const { args, path, role, mayBeMade } of attachmentsOf(runbook)) {
    const file = isTemplateMap(args) ? field(args as never, 'file') : undefined;
    if (file === undefined || !isTemplateMap(args)) continue;
    if (mayBeMade && typeof file !== 'string') continue;
    const at = locate(root, [...path, 'file'], 'value');
    if (typeof file !== 'string') {
      findings.push(
        problem(
          'GB3009',
          'the file of a script is written out',
          at,
          'name it; what is reviewed is what runs',
        ),
      );
      continue;
    }
    const part = await reader.bytes(file, role, at);
    if (!part.ok) {
      findings.push(...part.error);
      continue;
    }
    const pin: unknown = args['sha256'];
    const pinAt = pin === undefined ? at : locate(root, [...path, 'sha256'], 'value');
    const mismatch = pinMismatch(
      { file, sha256: part.value.sha256 },
      { pin: typeof pin === 'string' ? pin : undefined, at: pinAt, node: nodeAt(root, path) },
    );
    if (mismatch !== null) findings.push(mismatch);
  }
}

function attachmentsOf(runbook: Runbook): readonly Attachment[] {
  const found: Attachment[] = [];
  const add = ({ kind, args }: Probe | Action, path: Path): void => {
    const role = roles[kind];
    if (role !== undefined)
      found.push({ args, path: [...path, kind], role, mayBeMade: kind === 'docker.copy' });
  };
  for (const phase of ['commands', 'teardown'] as const) {
    for (const command of runbook[phase]) {
      command.actions.forEach((action, index) => {
        add(action, [phase, command.id, 'do', index]);
      });
      for (const list of ['guards', 'expectations'] as const) {
        for (const gate of command[list]) add(gate.probe, [phase, command.id, list, gate.id, 'probe']);
      }
    }
  }
  return found;
}

/** Reads the SQL files that fill stand-ins. */
export async function readSeeds(
  root: Node,
  runbook: Runbook,
  reader: Reader,
  findings: Diagnostic[],
): Promise<void> {
  for (const [name, { postgres }] of Object.entries(runbook.targets)) {
    if (postgres.via !== 'url' && postgres.via !== 'docker') continue;
    for (const [index, file] of (postgres.embedded?.seed ?? []).entries()) {
      const path = ['targets', name, 'postgres', 'embedded', 'seed', index];
      const part = await reader.bytes(file, 'sql', locate(root, path, 'value'));
      if (!part.ok) findings.push(...part.error);
    }
  }
}
