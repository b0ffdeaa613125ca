import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sha256 } from '../../base/ids.js';
import { ok } from '../../base/result.js';
import type { Files } from '../../ports/files.js';
import { stageNew } from './make.js';
import { attempt } from './problems.js';

const blockBytes = 1 << 20;
const headBytes = 64 * 1024;
/** How long to wait where the file's end was reached and somebody may still write. */
const pollMs = 20;

/** Reads a file behind those who write it: what is hashed is what stands there. */
class Follower {
  readonly #hash = createHash('sha256');
  readonly #block = Buffer.allocUnsafe(blockBytes);
  #head = Buffer.alloc(0);
  #bytes = 0;

  constructor(
    readonly file: FileHandle,
    readonly grown: (bytes: number) => void,
  ) {}

  /** To the end as it is now. */
  async catchUp(): Promise<void> {
    for (;;) {
      const { bytesRead } = await this.file.read(this.#block, 0, blockBytes, this.#bytes);
      if (bytesRead === 0) return;
      const bytes = this.#block.subarray(0, bytesRead);
      if (this.#head.length < headBytes)
        this.#head = Buffer.concat([this.#head, bytes.subarray(0, headBytes - this.#head.length)]);
      this.#hash.update(bytes);
      this.#bytes += bytesRead;
      this.grown(this.#bytes);
    }
  }

  async end() {
    await this.catchUp();
    return { sha256: this.#hash.digest('hex') as Sha256, sizeBytes: this.#bytes, head: this.#head };
  }
}

export const stageFilled: Files['stageFilled'] = (path, nonce, fill, grown) =>
  attempt(`file ${path}`, () =>
    stageNew(path, nonce, async (file) => {
      const follower = new Follower(file, grown);
      let filling = true;
      const follow = async () => {
        while (filling) {
          await follower.catchUp();
          await sleep(pollMs);
        }
      };
      const filled = fill(file.fd).finally(() => (filling = false));
      // Nothing is closed or removed before the last writer has ended.
      const [following] = await Promise.allSettled([follow(), filled]);
      const end = await filled;
      if (!end.ok) return end;
      if (following.status === 'rejected') throw following.reason;
      return ok(await follower.end());
    }),
  );
