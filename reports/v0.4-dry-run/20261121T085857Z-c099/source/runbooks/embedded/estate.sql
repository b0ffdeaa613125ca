-- What else a grown estate holds: the content system's collections and functions, read by others, owned by roles
-- that a dump of one database names and does not create. Restored where these roles are missing, each owner and
-- each grant is one refused statement; that is what note N-1 of the closeouts counts.
--
-- After production.sql, by the same rules: plain SQL, one transaction, nothing random.

SET client_min_messages = warning;

CREATE SCHEMA directus AUTHORIZATION directus;
CREATE SCHEMA reports AUTHORIZATION incomex;
CREATE SCHEMA workflow AUTHORIZATION workflow_admin;

DO $$
BEGIN
  -- Collections: a table and its sequence, owned by directus, read by context_pack_readonly.
  FOR n IN 1..100 LOOP
    EXECUTE format('CREATE TABLE directus.collection_%s (id serial PRIMARY KEY, item text NOT NULL)', lpad(n::text, 3, '0'));
    EXECUTE format('INSERT INTO directus.collection_%s (item) VALUES (%L)', lpad(n::text, 3, '0'), 'item ' || n);
    EXECUTE format('ALTER TABLE directus.collection_%s OWNER TO directus', lpad(n::text, 3, '0'));
    EXECUTE format('GRANT SELECT ON directus.collection_%s TO context_pack_readonly', lpad(n::text, 3, '0'));
  END LOOP;
  -- Hooks, owned by directus; some are called by context_pack_readonly.
  FOR n IN 1..664 LOOP
    EXECUTE format('CREATE FUNCTION directus.hook_%s() RETURNS integer LANGUAGE sql AS %L', lpad(n::text, 3, '0'), 'SELECT ' || n);
    EXECUTE format('ALTER FUNCTION directus.hook_%s() OWNER TO directus', lpad(n::text, 3, '0'));
    IF n <= 157 THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION directus.hook_%s() TO context_pack_readonly', lpad(n::text, 3, '0'));
    END IF;
  END LOOP;
  FOR n IN 1..156 LOOP
    EXECUTE format('CREATE FUNCTION reports.figure_%s() RETURNS integer LANGUAGE sql AS %L', lpad(n::text, 3, '0'), 'SELECT ' || n);
    EXECUTE format('ALTER FUNCTION reports.figure_%s() OWNER TO incomex', lpad(n::text, 3, '0'));
  END LOOP;
  FOR n IN 1..84 LOOP
    EXECUTE format('CREATE FUNCTION workflow.step_%s() RETURNS integer LANGUAGE sql AS %L', lpad(n::text, 3, '0'), 'SELECT ' || n);
    EXECUTE format('ALTER FUNCTION workflow.step_%s() OWNER TO workflow_admin', lpad(n::text, 3, '0'));
  END LOOP;
END $$;

RESET client_min_messages;
