type Environment = Readonly<Record<string, string | undefined>>;

/**
 * NODE_EXTRA_CA_CERTS, for a start of our own, under a name that the launcher uses too: Node 20 takes longer to read a
 * system's authorities than for all the rest of its start, and no connection here trusts any but those that its URL
 * names. The variable itself may be asked for by a runbook.
 */
export function withoutAuthorities({
  NODE_EXTRA_CA_CERTS: authorities,
  ...others
}: Environment): Environment {
  return authorities === undefined ? others : { ...others, GATEBOOK_NODE_EXTRA_CA_CERTS: authorities };
}

/** At the start, before anyone looks: the environment is the caller's again. */
export function giveAuthoritiesBack(env: Record<string, string | undefined>): void {
  const authorities = env['GATEBOOK_NODE_EXTRA_CA_CERTS'];
  if (authorities === undefined) return;
  env['NODE_EXTRA_CA_CERTS'] ??= authorities;
  delete env['GATEBOOK_NODE_EXTRA_CA_CERTS'];
}
