import type { Explanation } from './entry.js';

const commands = `commands:
  C-01:
    title: Do
    effect: observe
    guards:
      G-01:
        title: enough free disk
        probe: {disk: {path: "\${{ run.work }}"}}
        expect: {free_bytes: {gte: 1000}}
    do:
      - exec: {argv: [sh, -c, systemctl status app 2>/dev/null]}
`;
interface Fields {
  readonly code?: string;
  readonly at?: string;
  readonly until?: string;
}
const waived = ({ code = 'GB2707', at = 'C-01', until = '2026-12-31' }: Fields = {}): string =>
  `waivers:
  - code: ${code}
    at: ${at}
    reason: it prints a banner, nothing else
    approver: SG_1
    until: ${until}
${commands}`;
const mended = commands.replace('sh, -c, systemctl status app 2>/dev/null', 'systemctl, status, app');

/** GB28xx: findings that somebody accepts. The tests read these on 2026-06-15. */
export const waivers: readonly Explanation[] = [
  {
    code: 'GB2801',
    title: 'a waiver that has ended',
    explanation:
      'A waiver holds to the end of its last day, UTC. Who accepted the finding then looks at it again: it is mended, or accepted anew.',
    wrong: `waivers:\n  - {code: GB2707, at: C-01, reason: it prints a banner, approver: SG_1, until: 2026-03-31}\n${mended}`,
    right: mended,
  },
  {
    code: 'GB2802',
    title: "what can't be waived",
    explanation:
      'A smell can be accepted by name; a promise of the language holds for everybody. What can be waived is a closed list: GB2001, GB2005, GB2104, GB2304, GB2310, GB2311, GB2504 and GB2701 to GB2713 without GB2709 (a secret that is written out). Nothing of identity, production, secrets, types, pins and syntax is among them.',
    wrong: waived({ code: 'GB2709' }).replace(commands, mended),
    right: mended,
  },
  {
    code: 'GB2803',
    title: 'a waiver that is too long, or ends on no day',
    explanation: 'A waiver ends on a day of the calendar, at most 366 days ahead.',
    wrong: waived({ until: '2126-12-31' }).replace(commands, mended),
    right: mended,
  },
  {
    code: 'GB2804',
    title: "a waiver at a command or gate that isn't there",
    explanation:
      '`at` names a command or a gate of this runbook. Without it the finding is accepted everywhere.',
    wrong: waived({ at: 'C-07' }).replace(commands, mended),
    right: mended,
  },
  {
    code: 'GB2805',
    title: 'a waiver that accepts nothing',
    explanation:
      'A warning: nothing of that code is found there any more. Remove it, before it accepts what somebody writes next.',
    wrong: waived().replace(commands, mended),
    right: mended,
  },
];
