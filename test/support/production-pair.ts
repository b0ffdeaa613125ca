import { password, publicKeyring, startProduction } from './production.js';
import { openWorld } from './server.js';

const seed = 'runbooks/embedded/production.sql';

/** Production, and another cluster that a variable could be made to point at. */
export async function openPair() {
  const world = await openWorld();
  const [production, other, keyring] = await Promise.all([
    startProduction(world, seed, 'directus'),
    startProduction(world, seed, 'directus'),
    publicKeyring(),
  ]);
  return {
    password,
    configured: (): Record<string, string> => ({
      PROD_DATABASE_URL: production.url('the_reader'),
      PROD_SYSTEM_IDENTIFIER: production.server.systemIdentifier,
      BACKUP_GPG_FPR: keyring.fingerprint,
      GNUPGHOME: keyring.home,
      API_TOKEN: 'token-of-the-change',
    }),
    otherUrl: (): string => other.url('the_reader'),
    /** How many sessions the database has had. */
    sessions: async (): Promise<number> => {
      const rows = await production.admin.query(
        `SELECT sessions::int AS n FROM pg_stat_database WHERE datname = 'directus'`,
      );
      return rows.ok ? Number(rows.value.rows[0]?.['n']) : -1;
    },
    close: async (): Promise<void> => {
      await keyring.close();
      await production.close();
      await other.close();
      await world.close();
    },
  };
}
export type ProductionPair = Awaited<ReturnType<typeof openPair>>;
