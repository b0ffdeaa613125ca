import { probes } from '../kinds/probes/index.js';
import type { Plan, PlannedCommand, PlannedGate } from '../model/plan.js';
import type { OnFail } from '../model/runbook.js';
import { showTemplate } from '../model/template.js';
import type { Review } from './schema.js';
import { either, spans } from './words.js';

type Abort = Review['aborts'][number];

const gatesOf = (commands: readonly PlannedCommand[]): PlannedGate[] =>
  commands.flatMap(({ guards, expectations }) => [...guards, ...expectations]);

/** What happens when a gate doesn't hold, by its `on_fail`; the runner does this, nobody decides it then. */
const onFail: Readonly<Record<OnFail, { readonly then: string; readonly verdict: string | null }>> = {
  'hard-abort': {
    then: 'STOP at once; what runs beside it is cancelled; no further session on the target, not even in teardown',
    verdict: 'FAIL',
  },
  abort: { then: 'STOP; nothing after it runs; teardown only', verdict: 'FAIL' },
  fail: { then: 'goes on, so that every check is made', verdict: 'FAIL' },
  record: { then: 'goes on; it is recorded', verdict: 'PARTIAL at best' },
  note: { then: 'goes on; it is printed as a note', verdict: null },
};

/** What could go wrong, the worst first, and what then happens: derived from the plan and the runner's own rules. */
export function abortsOf(plan: Plan): Abort[] {
  const gates = gatesOf(plan.commands);
  const order = gates.map(({ id }) => id as string);
  const byFate = (fate: OnFail): Abort[] => {
    const own = gates.filter((gate) => gate.onFail === fate);
    if (own.length === 0) return [];
    const ids = own.map(({ id }) => id as string);
    const targets = fate === 'hard-abort' ? targetsOf(own) : [];
    return [
      {
        when: holdsNot(ids, order),
        gates: ids,
        targets,
        ...onFail[fate],
      },
    ];
  };
  return [
    ...identity(plan),
    ...byFate('hard-abort'),
    ...byFate('abort'),
    ...actions(plan),
    ...byFate('fail'),
    ...byFate('record'),
    ...byFate('note'),
    ...teardown(plan),
    {
      when: 'a signal, the kill switch or the end of an approval',
      gates: [],
      targets: [],
      then: 'STOP before the next action; teardown only',
      verdict: 'ABORTED',
    },
  ];
}

const holdsNot = (ids: readonly string[], order: readonly string[]): string =>
  `${ids.length === 1 ? '' : 'any of '}${spans(ids, order)} does not hold`;

const targetsOf = (gates: readonly PlannedGate[]): string[] => [
  ...new Set(
    gates.flatMap(
      ({ probe }) => probes.get(probe.kind)?.references?.(showTemplate(probe.args)).targets ?? [],
    ),
  ),
];

function identity(plan: Plan): Abort[] {
  const names = Object.entries(plan.targets)
    .filter(([, target]) => target.identity !== undefined)
    .map(([name]) => name);
  if (names.length === 0) return [];
  return [
    {
      when: `a session on ${either(names)} finds another identity than the declared one`,
      gates: [],
      targets: names,
      then: 'STOP at once, before its first statement; no further session on that target, not even in teardown',
      verdict: 'FAIL',
    },
  ];
}

function actions(plan: Plan): Abort[] {
  if (plan.commands.every((command) => command.actions.length === 0)) return [];
  const refused = plan.commands.some((command) => command.actions.some((a) => a.expectError !== undefined));
  return [
    {
      when: `an action fails or takes too long${refused ? ', or one that must be refused is not' : ''}`,
      gates: [],
      targets: [],
      then: onFail.abort.then,
      verdict: 'FAIL',
    },
  ];
}

function teardown(plan: Plan): Abort[] {
  const ids = gatesOf(plan.teardown).map(({ id }) => id as string);
  return [
    ...(ids.length === 0
      ? []
      : [
          {
            when: `in teardown, ${holdsNot(ids, ids)}`,
            gates: ids,
            targets: [],
            then: 'the rest of the teardown is done all the same',
            verdict: 'FAIL',
          },
        ]),
    {
      when: 'something of the run is left after teardown',
      gates: [],
      targets: [],
      then: 'it is named, and gatebook teardown goes on with it',
      verdict: 'exit 5',
    },
  ];
}
