import type { Path } from './tree.js';

const where = {
  docker: 'containers, networks and volumes come with the dry run and the closeouts',
  hosts: 'other hosts are reserved',
  approvals: 'approvals come with review and authorization; until then authorization is {none: REASON}',
  controls: 'the disable levels as a probe come with review and authorization',
} as const;

const topLevel: Readonly<Record<string, string>> = {
  hosts: where.hosts,
  protected: where.docker,
  compensation: where.approvals,
  controls: where.controls,
  approvers: where.approvals,
  defaults: 'defaults for the command line are reserved; give --state and --reports, or set GATEBOOK_STATE',
};

/** Why a key of the language is refused although the language has it; undefined where it has no such key. */
export function reservedKey(path: Path, key: string): string | undefined {
  const parent = path.at(-1);
  if (path.length === 0) return topLevel[key];
  if (key.startsWith('docker.')) return where.docker;
  if (key === 'docker' && parent === 'postgres') return where.docker;
  if (key === 'protected' && parent === 'probe') return where.docker;
  if (key === 'controls' && parent === 'probe') return where.controls;
  if (key === 'in' && (parent === 'exec' || parent === 'script')) return where.docker;
  if (parent === 'sandbox' && ['name', 'network', 'image'].includes(key)) return where.docker;
  if (key === 'host' && path[0] !== 'targets') return where.hosts;
  if (parent === 'authorization' && (key === 'slots' || key === 'valid_for')) return where.approvals;
  return undefined;
}

/** The same for a value. */
export function reservedValue(path: Path, value: string): string | undefined {
  return path.at(-1) === 'engine' && value === 'docker' ? where.docker : undefined;
}
