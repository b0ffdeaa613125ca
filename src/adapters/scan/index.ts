import { StringDecoder } from 'node:string_decoder';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { Redactor } from '../../journal/redact.js';
import type { KindProblem, ScanResult } from '../../kinds/executor.js';
import type { Files } from '../../ports/files.js';
import { longestShape, secretsIn } from '../../text/secret-shapes.js';

export interface ScanLimits {
  readonly files: number;
  readonly bytes: number;
  /** More hits than this are not listed; there are enough then. */
  readonly hits: number;
}
export const scanLimits: ScanLimits = { files: 20_000, bytes: 4 * 2 ** 30, hits: 1000 };

export type Scanner = (paths: readonly string[]) => Promise<Result<ScanResult, KindProblem>>;
type Hit = ScanResult['hits'][number];

/** Seen twice in each window: longer than any spelling of a secret that a runbook can sensibly have. */
const overlap = 4 * longestShape;

/** One file, read as a stream in windows that overlap; where in it, by line, what was found. */
class FileScan {
  readonly #found = new Map<string, Hit>();
  readonly #decoder = new StringDecoder('utf8');
  #window = '';
  /** Line on which the window begins. */
  #line = 1;

  constructor(
    readonly file: string,
    readonly redactor: Redactor,
    /** A log of any size may hold one in each line: of more than this nobody wants to know. */
    readonly enough: number,
  ) {}

  add(chunk: Buffer): void {
    this.#window += this.#decoder.write(chunk);
    this.#look();
    const from = Math.max(0, this.#window.length - overlap);
    this.#line += lineEnds(this.#window, from);
    this.#window = this.#window.slice(from);
  }

  hits(): readonly Hit[] {
    this.#window += this.#decoder.end();
    this.#look();
    return [...this.#found.values()].sort((a, b) => a.line - b.line);
  }

  #look(): void {
    this.#lookIn(this.#window);
    // UTF-16 text of Latin letters, as Windows tools write it.
    if (this.#window.includes('\0')) this.#lookIn(this.#window.replaceAll('\0', ''));
  }

  #lookIn(text: string): void {
    for (const { start, name } of this.redactor.find(text)) this.#hit(text, start, `secret ${name}`);
    for (const { start, kind } of secretsIn(text)) this.#hit(text, start, kind);
  }

  #hit(text: string, start: number, kind: string): void {
    if (this.#found.size >= this.enough) return;
    const line = this.#line + lineEnds(text, start);
    this.#found.set(`${line}:${kind}`, { file: this.file, line, kind });
  }
}

function lineEnds(text: string, until: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < until; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/**
 * Finds secrets in files: the run's own in every spelling, and what is shaped like one. It says where and which
 * kind, never what. Whatever can't be read to its end is a problem: an unread file isn't a clean one.
 */
export function createScanner(files: Files, redactor: Redactor, limits: ScanLimits = scanLimits): Scanner {
  return async (paths) => {
    const hits: Hit[] = [];
    const seen = new Set<string>();
    let bytes = 0;
    for (const path of paths) {
      const listed = await files.walk(path, limits.files);
      if (!listed.ok) return listed;
      for (const file of listed.value) {
        if (seen.has(file)) continue;
        seen.add(file);
        if (seen.size > limits.files)
          return err({ code: 'SCAN_TOO_LARGE', message: `more than ${limits.files} files to scan` });
        const opened = await files.open(file);
        if (!opened.ok) return opened;
        const scan = new FileScan(file, redactor, limits.hits - hits.length);
        try {
          for await (const chunk of opened.value as AsyncIterable<Buffer>) {
            bytes += chunk.length;
            if (bytes > limits.bytes)
              return err({ code: 'SCAN_TOO_LARGE', message: `more than ${limits.bytes} bytes to scan` });
            scan.add(chunk);
          }
        } catch (error) {
          return err({ code: 'FILE_IO', message: `${file}: ${messageOf(error)}` });
        }
        hits.push(...scan.hits());
      }
    }
    return ok({ hits, filesScanned: seen.size });
  };
}
