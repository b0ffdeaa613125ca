import { randomBytes } from 'node:crypto';
import { handedOn } from '../../support/kind-context.js';
import type { ActionContext, KindProblem } from '../../../src/kinds/executor.js';
import type { Result } from '../../../src/base/result.js';
import type { ValueMap } from '../../../src/base/value.js';
import { execute as backup } from '../../../src/kinds/actions/postgres.backup/execute.js';
import { execute as restore } from '../../../src/kinds/actions/postgres.restore/execute.js';
import type { Server, ServerSpec } from '../../../src/ports/sandbox.js';
import { openRun, operatorKeyring } from '../../support/postgres-run.js';
import type { World } from '../../support/server.js';
import { openSession, startServer } from '../../support/server.js';

/** Odd names, partitions, a column called t, sequences, grants, a view, large objects, enum, generated column. */
export const seed = `
CREATE ROLE directus; CREATE ROLE "odd ""role"; CREATE ROLE cutter_ro;
CREATE SCHEMA cutter_governance AUTHORIZATION directus;
CREATE SCHEMA "Odd Schema";
CREATE TYPE public.mood AS ENUM ('happy', 'sad');
CREATE TABLE public.unit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL, t text, feeling public.mood DEFAULT 'sad',
  twice int GENERATED ALWAYS AS (length(body) * 2) STORED);
INSERT INTO public.unit (body, t) SELECT 'Điều ' || i, E'line\\n\\\\. ' || i FROM generate_series(1, 500) i;
CREATE INDEX unit_body ON public.unit (body);
CREATE TABLE cutter_governance.entry (id int PRIMARY KEY, note text);
CREATE TABLE cutter_governance.history (id serial PRIMARY KEY, entry int REFERENCES cutter_governance.entry, at timestamptz DEFAULT now());
INSERT INTO cutter_governance.entry SELECT i, repeat('x', i) FROM generate_series(1, 50) i;
INSERT INTO cutter_governance.history (entry) SELECT i FROM generate_series(1, 50) i;
CREATE VIEW cutter_governance.v_entry_observe AS SELECT id FROM cutter_governance.entry;
CREATE TABLE "Odd Schema"."a=b://;""x?*" (id int);
INSERT INTO "Odd Schema"."a=b://;""x?*" VALUES (1), (2);
CREATE TABLE public.part (id int, at date) PARTITION BY RANGE (id);
CREATE TABLE public.part_1 PARTITION OF public.part FOR VALUES FROM (0) TO (10);
CREATE TABLE public.part_2 PARTITION OF public.part FOR VALUES FROM (10) TO (20);
INSERT INTO public.part SELECT i, '2026-01-01' FROM generate_series(0, 14) i;
SELECT lo_from_bytea(0, 'large');
ALTER TABLE cutter_governance.entry OWNER TO directus;
GRANT USAGE ON SCHEMA cutter_governance TO cutter_ro;
GRANT SELECT ON cutter_governance.entry TO cutter_ro, "odd ""role";
GRANT INSERT ON cutter_governance.entry TO "odd ""role";
GRANT SELECT ON cutter_governance.v_entry_observe TO cutter_ro;
CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader;
`;

export function value<T>(result: Result<T, KindProblem>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** A source, a key, and a run on them. */
export async function openBench(world: World, sql = seed, like: Pick<ServerSpec, 'locale'> = {}) {
  const source = await startServer(world, { ...like, seed: [{ name: 'seed.sql', sql }] });
  const operator = await operatorKeyring();
  const servers: Server[] = [source];
  return {
    source,
    operator,
    async run(changes: Partial<ActionContext> = {}, path?: string) {
      const id = `20260516T233317Z-${randomBytes(2).toString('hex')}`;
      const run = await openRun(world, changes, path);
      Object.assign(run.context.run, changes.run ? {} : { id });
      run.addTarget('prod', source.connection);
      const home = run.context.gpg.homePath(run.context.run.work, randomBytes(6).toString('hex'));
      await run.context.gpg.createHome(home);
      value(
        await run.context.gpg.importDeclared(operator.fingerprint, operator.home, home, run.context.signal),
      );
      run.addKey({
        name: 'backup',
        fingerprint: operator.fingerprint,
        standIn: false,
        home,
        operatorHome: operator.home,
      });
      return run;
    },
    async sandbox(run: { addTarget: Awaited<ReturnType<typeof openRun>>['addTarget'] }) {
      const server = await startServer(world, like);
      servers.push(server);
      run.addTarget('copy', server.connection, 'sandbox');
      return server;
    },
    sql: async (server: Server, text: string) => {
      const session = await openSession(world, server.superuser);
      const rows = value(await session.query(text)).rows;
      await session.close();
      return rows;
    },
    async close() {
      for (const server of servers) await world.sandboxes.destroy(server.handle);
      await operator.close();
    },
  };
}
export type Bench = Awaited<ReturnType<typeof openBench>>;

const encrypt = { key: 'backup', proof: 'ephemeral' } as const;
export const take = (context: ActionContext, args: ValueMap) =>
  backup({ target: 'prod', encrypt, ...args }, context);
export const bring = (context: ActionContext, artifact: ValueMap, args: ValueMap = {}, label = 'C-03') =>
  restore({ target: 'copy', artifact: handedOn(artifact), ...args }, { ...context, label, as: 'restore' });
