import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A git repository of its own, without anybody's configuration. */
export class Repository {
  private constructor(readonly folder: string) {}

  static async make(): Promise<Repository> {
    const repository = new Repository(await mkdtemp(join(tmpdir(), 'gb-pr-')));
    repository.git('init', '--quiet', '--initial-branch=main');
    return repository;
  }

  git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' },
    }).trim();

  /** Writes the files (null removes one), and commits them; the commit's id. */
  async commit(files: Readonly<Record<string, string | null>>, message = 'change'): Promise<string> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.folder, path);
      await mkdir(dirname(file), { recursive: true });
      if (text === null) await rm(file);
      else await writeFile(file, text);
    }
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  remove = (): Promise<void> => rm(this.folder, { recursive: true, force: true });
}
