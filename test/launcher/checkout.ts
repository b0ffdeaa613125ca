import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the launcher and its set-up call; nothing else is on their PATH, so that what is absent is absent. */
const tools = [
  'sh',
  'dirname',
  'readlink',
  'uname',
  'mkdir',
  'rmdir',
  'rm',
  'cat',
  'sleep',
  'mktemp',
  'grep',
].concat([
  ...[
    'head',
    'sed',
    'find',
    'touch',
    'cp',
    'tr',
    'id',
    'ps',
    'gpg',
    'zstd',
    'ssh-keygen',
    'setpriv',
    'unshare',
  ],
]);

/** npm as the set-up needs it: `ci` and `run build` leave what the real ones leave, and each call is written down. */
const npm = `#!/bin/sh
echo "$1" >>npm.log
[ -z "\${NPM_FAILS-}" ] || { echo 'npm error code ENOTFOUND' >&2; exit 1; }
case $1 in
  ci) sleep 0.3; mkdir -p node_modules; cp package-lock.json node_modules/.package-lock.json ;;
  run) mkdir -p dist; echo 'console.log(process.argv.slice(2).join(" "))' >dist/cli.js; touch dist/.built ;;
esac
`;

/** A checkout with the real launcher and set-up around a program that echoes its arguments. */
export class Checkout {
  private constructor(
    readonly folder: string,
    readonly bin: string,
  ) {}

  static async make(node: string | null = process.execPath): Promise<Checkout> {
    const base = await mkdtemp(join(tmpdir(), 'gb-'));
    const checkout = new Checkout(join(base, 'checkout'), join(base, 'bin'));
    for (const path of ['checkout/scripts', 'checkout/src/room', 'checkout/.git', 'bin', 'tmp'])
      await mkdir(join(base, path), { recursive: true });
    for (const file of ['gatebook', 'scripts/setup.sh', 'scripts/installed.mjs'])
      await copyFile(file, join(checkout.folder, file));
    await writeFile(
      join(checkout.folder, 'package-lock.json'),
      '{"packages": {"": {}, "node_modules/a": {"version": "1"}}}',
    );
    await writeFile(join(checkout.folder, 'src/room/line.ts'), '');
    await checkout.linkTools(node);
    await checkout.program('npm', npm);
    return checkout;
  }

  async program(name: string, text: string): Promise<void> {
    const path = join(this.bin, name);
    // What stands there may be a link to the machine's own program, which is not ours to write to.
    await rm(path, { force: true });
    await writeFile(path, text, { flag: 'wx', mode: 0o755 });
  }

  private get temporary(): string {
    return join(dirname(this.folder), 'tmp');
  }

  /** The logs that the set-up left, whole, by their names. */
  async logs(): Promise<ReadonlyMap<string, string>> {
    const names = (await readdir(this.temporary)).map((name) => join(this.temporary, name));
    return new Map(
      await Promise.all(names.map(async (name) => [name, await readFile(name, 'utf8')] as const)),
    );
  }

  async npmCalls(): Promise<string[]> {
    const log = await readFile(join(this.folder, 'npm.log'), 'utf8').catch(() => '');
    return log.split('\n').filter(Boolean);
  }

  call(
    args: readonly string[],
    options: { env?: Record<string, string>; program?: string; cwd?: string } = {},
  ): Promise<Ended> {
    const env = { PATH: this.bin, HOME: this.folder, TMPDIR: this.temporary, ...options.env };
    const child = spawn(options.program ?? join(this.folder, 'gatebook'), args, {
      cwd: options.cwd ?? tmpdir(),
      env,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
  }

  private async linkTools(node: string | null): Promise<void> {
    for (const tool of tools) {
      const path = [`/usr/bin/${tool}`, `/bin/${tool}`, join(dirname(process.execPath), tool)];
      for (const candidate of path)
        if (await isThere(candidate)) {
          await symlink(candidate, join(this.bin, tool));
          break;
        }
    }
    if (node !== null) await symlink(node, join(this.bin, 'node'));
  }
}

const isThere = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );
