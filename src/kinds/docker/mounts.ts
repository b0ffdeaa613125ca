import { isAbsolute, relative, resolve, sep } from 'node:path';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { ContainerSpec } from '../../ports/docker.js';
import type { ActionContext, KindProblem } from '../executor.js';
import { ofThisRun } from './of-this-run.js';

export interface MountArgs {
  readonly from?: string;
  readonly volume?: string;
  readonly to: string;
  readonly read_only?: boolean;
}

/** Who has one of these has the machine. */
const forbidden = [
  ...['/proc', '/sys', '/dev', '/boot'],
  ...['/run/docker.sock', '/run/docker', '/run/containerd', '/var/lib/docker', '/var/lib/containerd'],
];

const contains = (folder: string, path: string): boolean =>
  folder === path || path.startsWith(folder === sep ? sep : `${folder}${sep}`);

const refused = (message: string): Result<never, KindProblem> =>
  err({ code: 'MOUNT_REFUSED', message, next: 'mount the one folder that the container needs' });

/** Where it is outside; a relative one stays in the project, an absolute one is what the review has shown. */
function sourceOf(from: string, { run, docker }: ActionContext): Result<string, KindProblem> {
  const path = resolve(run.project, from);
  const inside = relative(run.project, path);
  if (!isAbsolute(from) && (inside === '..' || inside.startsWith(`..${sep}`)))
    return refused(`${from} leads out of the project; write an absolute path if that is meant`);
  const engine = docker.host.replace(/^unix:\/\//, '');
  const bad = [...forbidden, engine].find((one) => contains(path, one) || contains(one, path));
  return bad === undefined
    ? ok(path)
    : refused(`${path} would give the container ${bad}, and with it the machine`);
}

/** No part of the way may be a symbolic link: it could lead past what was checked. */
async function checkWay(path: string, { files }: ActionContext): Promise<Result<null, KindProblem>> {
  const parts = path.split(sep).slice(1);
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const at = sep + parts.slice(0, depth).join(sep);
    const facts = await files.facts(at);
    if (!facts.ok) return facts;
    if (facts.value === null)
      return err({ code: 'FILE_ABSENT', message: `${at}, to be mounted, isn't there` });
    if (facts.value.type === 'symlink')
      return err({
        code: 'FILE_SYMLINK',
        message: `${at}, on the way to what is to be mounted, is a symbolic link`,
        next: 'write where it leads',
      });
    if (facts.value.type === 'other')
      return err({ code: 'MOUNT_REFUSED', message: `${at} is neither a file nor a folder` });
  }
  return ok(null);
}

type Mount = NonNullable<ContainerSpec['mounts']>[number];

async function mountOf(args: MountArgs, context: ActionContext): Promise<Result<Mount, KindProblem>> {
  const { from, volume, to, read_only: readOnly = true } = args;
  if (!to.startsWith('/') || to === '/')
    return refused(
      `${JSON.stringify(to)} is no place for a mount: it takes an absolute path inside, not the root`,
    );
  if ((from === undefined) === (volume === undefined))
    return refused(`what is mounted at ${to} comes from a folder (from) or a volume (volume), one of them`);
  if (volume !== undefined) {
    const made = ofThisRun('volume', volume, context.ledger);
    return made.ok ? ok({ type: 'volume', from: made.value.name, to, readOnly }) : made;
  }
  const source = sourceOf(from ?? '', context);
  if (!source.ok) return source;
  const way = await checkWay(source.value, context);
  return way.ok ? ok({ type: 'bind', from: source.value, to, readOnly }) : way;
}

/** What is mounted, each source checked. */
export async function mountsOf(
  args: readonly MountArgs[],
  context: ActionContext,
): Promise<Result<readonly Mount[], KindProblem>> {
  const mounts: Mount[] = [];
  for (const one of args) {
    const mount = await mountOf(one, context);
    if (!mount.ok) return mount;
    mounts.push(mount.value);
  }
  return ok(mounts);
}
