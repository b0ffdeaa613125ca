/**
 * npm run bench [validate] [commands] [proof] — all without a name. `BENCH_ROWS` (600000, about a gigabyte) and
 * `BENCH_ROUNDS` (3) size the last. Each figure stands beside its peer, measured in the same run; the table on stdout
 * is the one that README.md quotes. Wants ansible-core, bats and make beside what `gatebook doctor` names.
 */
import { cpus } from 'node:os';
import { commands } from './commands.js';
import { proof } from './proof.js';
import { markdown, type Figure, type Remark } from './table.js';
import { validate } from './validate.js';

const benches: Readonly<Record<string, () => Promise<readonly (Figure | Remark)[]>>> = {
  validate,
  commands,
  proof: () => proof(Number(process.env['BENCH_ROWS'] ?? 600_000), Number(process.env['BENCH_ROUNDS'] ?? 3)),
};

// Leaves through `exit`, where the throwaway server is stopped.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const wanted = process.argv.slice(2);
const figures: (Figure | Remark)[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`${name}\n`);
  figures.push(...(await bench()));
}
figures.push({
  remark: `Node ${process.versions.node}, ${cpus().length} cores; medians of interleaved rounds.`,
});
process.stdout.write(markdown(figures));
