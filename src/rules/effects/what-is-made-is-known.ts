import type { Invocation } from '../programs/code.js';
import { hasWord, subcommandOf } from '../programs/programs.js';
import type { Rule } from '../rule.js';

/** What a program makes behind the ledger's back is destroyed by nobody, and missed by nobody. */
export const whatIsMadeIsKnown: Rule = {
  name: 'what-is-made-is-known',
  check({ code, report }) {
    for (const invocation of code.invocations) {
      const made = madeBy(invocation);
      const [first] = invocation.words;
      if (made === null || first === undefined) continue;
      report({
        code: 'GB2311',
        severity: 'warning',
        message: `${made} that the ledger doesn't know`,
        at: first.at,
        reason: "the teardown can't destroy it, and its sweep can't prove it gone",
        fix: 'let an action make it: docker.container, docker.network, docker.volume, postgres.sandbox, mkdir',
        within: invocation.use.within,
      });
    }
  },
};

const engineMakes: ReadonlyMap<string, string> = new Map([
  ['run', 'a container'],
  ['create', 'a container'],
  ['container run', 'a container'],
  ['container create', 'a container'],
  ['volume create', 'a volume'],
  ['network create', 'a network'],
  ['compose up', 'containers'],
]);

function madeBy(invocation: Invocation): string | null {
  const { program } = invocation;
  if (/^(?:docker|podman|nerdctl)$/.test(program))
    return hasWord(invocation, /^--rm(?:=true)?$/)
      ? null
      : (engineMakes.get(subcommandOf(invocation)) ?? null);
  if (program === 'docker-compose') return engineMakes.get(`compose ${subcommandOf(invocation)}`) ?? null;
  if (program === 'createdb') return 'a database';
  if (program === 'createuser') return 'a role';
  if (program === 'initdb' || program === 'pg_createcluster') return 'a server';
  // One inside a folder goes with whoever made the folder.
  return program === 'mktemp' && !hasWord(invocation, /\//) ? 'a temporary file' : null;
}
