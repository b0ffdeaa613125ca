/** `role=PRIVILEGE/grantor`, with a star where it may be granted on; a role's name may hold anything. */
const form = /^([^]*)=([A-Z ]+\*?)\/([^]*)$/;

/** Leaves out the items whose grantee or grantor is one of these. */
export function withoutRoles(acl: string, absent: ReadonlySet<string>): string {
  if (absent.size === 0) return acl;
  const items = acl.split('\n').filter((item) => {
    const [, grantee = '', , grantor = ''] = form.exec(item) ?? [];
    return !absent.has(grantee) && !absent.has(grantor);
  });
  return items.join('\n');
}

interface Held {
  readonly acl: string;
  readonly owner: string;
}

/** Whose privileges differ: `privileges of reader are none, expected SELECT`. Who granted one is told unless it is the owner. */
export function privilegeDifference(is: Held, expected: Held): string | null {
  if (is.acl === expected.acl) return null;
  const [held, wanted] = [byGrantee(is), byGrantee(expected)];
  const words = [...new Set([...held.keys(), ...wanted.keys()])]
    .filter((role) => held.get(role) !== wanted.get(role))
    .map((role) => `of ${role} are ${held.get(role) ?? 'none'}, expected ${wanted.get(role) ?? 'none'}`);
  if (words.length > 0) return `privileges ${words.join('; ')}`;
  // Granted by each its owner: the owner is what differs, and is told.
  return is.owner === expected.owner ? 'privileges differ' : null;
}

function byGrantee({ acl, owner }: Held): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const item of acl === '' ? [] : acl.split('\n')) {
    const [, grantee = item, privilege = '', grantor = ''] = form.exec(item) ?? [];
    const words = grantor === owner || grantor === '' ? privilege : `${privilege} by ${grantor}`;
    const before = found.get(grantee);
    found.set(grantee, before === undefined ? words : `${before}, ${words}`);
  }
  return found;
}
