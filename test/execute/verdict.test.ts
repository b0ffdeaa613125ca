import { describe, expect, test } from 'vitest';
import type { CommandId, GateId } from '../../src/base/ids.js';
import {
  IllegalTransition,
  nextCommand,
  nextGate,
  nextPhase,
  nextResource,
} from '../../src/execute/state/transition.js';
import { judge, teardownStatus } from '../../src/execute/state/verdict.js';
import type { Findings } from '../../src/execute/state/verdict.js';
import type { Cause } from '../../src/model/event.js';

const cause = (kind: Cause['kind'], signal?: number): Cause => ({
  ...{ kind, code: 'X', command: null, gate: null, message: '' },
  ...(signal !== undefined && { signal }),
});
const passed: Findings = {
  ...{
    mode: 'live',
    cause: null,
    commands: ['passed'],
    gates: ['passed'],
    leaked: 0,
    sessionsLeft: false,
    declared: null,
    recovered: false,
  },
};

describe('the table of verdicts and exit codes', () => {
  test.each<[string, Partial<Findings>, string, number]>([
    ['every command and gate passed', {}, 'PASS', 0],
    ['noted and skipped gates change nothing', { gates: ['passed', 'noted', 'skipped'] }, 'PASS', 0],
    ['a command that its when skipped', { commands: ['passed', 'skipped'] }, 'PASS', 0],
    ['nothing ran', { commands: ['skipped'], gates: ['skipped'] }, 'PARTIAL', 7],
    ['no command at all passed', { commands: ['skipped', 'skipped'] }, 'PARTIAL', 7],
    ['a gate recorded', { gates: ['passed', 'recorded'] }, 'PARTIAL', 7],
    ['verdict.result lowers', { declared: 'PARTIAL' }, 'PARTIAL', 7],
    ['verdict.result lowers further', { declared: 'FAIL' }, 'FAIL', 1],
    ['verdict.result never raises', { gates: ['failed'], declared: 'PASS' }, 'FAIL', 1],
    ['verdict.result that is no verdict', { declared: 'SPLENDID' }, 'FAIL', 1],
    ['verdict.result without a value', { declared: '—' }, 'FAIL', 1],
    ['a gate failed', { gates: ['failed'] }, 'FAIL', 1],
    ["a gate couldn't be carried out", { gates: ['error'] }, 'FAIL', 1],
    ['a gate was cancelled', { gates: ['cancelled'] }, 'FAIL', 1],
    ['a gate was not evaluated', { gates: ['not_evaluated'] }, 'FAIL', 1],
    ['an action failed', { commands: ['failed'] }, 'FAIL', 1],
    ['a command was not run', { commands: ['passed', 'not_run'] }, 'FAIL', 1],
    ['an action whose end is unknown', { commands: ['unknown'] }, 'FAIL', 1],
    ['a cause that no state shows', { cause: cause('leak') }, 'FAIL', 1],
    ['the journal was unwritable', { cause: cause('journal') }, 'FAIL', 1],
    ['SIGINT', { cause: cause('signal', 2) }, 'ABORTED', 130],
    ['SIGTERM', { cause: cause('signal', 15) }, 'ABORTED', 143],
    ['SIGHUP', { cause: cause('signal', 1) }, 'ABORTED', 129],
    ['the kill switch', { cause: cause('kill_switch') }, 'ABORTED', 8],
    ['an approval that ended', { cause: cause('approval') }, 'ABORTED', 8],
    ['a crash that was recovered', { recovered: true, cause: cause('crash') }, 'ABORTED', 8],
    ['a crash after a signal', { recovered: true, cause: cause('signal', 2) }, 'ABORTED', 8],
    [
      'a crash after a failed gate',
      { recovered: true, cause: cause('gate'), gates: ['failed'] },
      'ABORTED',
      8,
    ],
    ['something is left', { leaked: 1 }, 'FAIL', 5],
    ['a session is left', { sessionsLeft: true, cause: cause('environment') }, 'FAIL', 5],
    ['something is left after a signal', { leaked: 1, cause: cause('signal', 2) }, 'ABORTED', 5],
    ['something is left after a crash', { leaked: 2, recovered: true }, 'ABORTED', 5],
    [
      'a dry run in which every gate held',
      { mode: 'dry-run', gates: ['passed', 'not_evaluated', 'noted'] },
      'DRY-RUN',
      0,
    ],
    ['a dry run, one failed', { mode: 'dry-run', gates: ['failed'] }, 'DRY-RUN', 1],
    ["a dry run, one couldn't be carried out", { mode: 'dry-run', gates: ['error'] }, 'DRY-RUN', 1],
    ['a dry run, one recorded', { mode: 'dry-run', gates: ['recorded'] }, 'DRY-RUN', 1],
    ['a dry run that was stopped', { mode: 'dry-run', cause: cause('signal', 15) }, 'ABORTED', 143],
  ])('%s', (_, found, verdict, exitCode) => {
    expect(judge({ ...passed, ...found })).toEqual({ verdict, exitCode });
  });

  test('teardown speaks of resources only', () => {
    expect(teardownStatus({ started: false, resources: 0, leaked: 0 })).toBe('not_needed');
    expect(teardownStatus({ started: true, resources: 0, leaked: 0 })).toBe('clean');
    expect(teardownStatus({ started: false, resources: 2, leaked: 0 })).toBe('clean');
    expect(teardownStatus({ started: true, resources: 2, leaked: 1 })).toBe('incomplete');
  });
});

describe('what may follow what', () => {
  const commands = [
    'pending',
    'running',
    'passed',
    'failed',
    'error',
    'cancelled',
    'skipped',
    'not_run',
    'unknown',
  ] as const;
  const gates = [
    'pending',
    'evaluating',
    'passed',
    'failed',
    'error',
    'noted',
    'recorded',
    'cancelled',
    'skipped',
    'not_evaluated',
  ] as const;
  const resources = ['intended', 'created', 'destroyed', 'kept', 'leaked'] as const;
  const legal = <S extends string>(states: readonly S[], next: (id: string, from: S, to: S) => S): string[] =>
    states.flatMap((from) =>
      states.flatMap((to) => {
        try {
          return [`${from} → ${next('x', from, to)}`];
        } catch (error) {
          expect(error).toBeInstanceOf(IllegalTransition);
          return [];
        }
      }),
    );

  test('commands end once', () => {
    expect(legal(commands, nextCommand)).toEqual([
      ...['running', 'skipped', 'not_run'].map((to) => `pending → ${to}`),
      ...['passed', 'failed', 'error', 'cancelled', 'skipped', 'unknown'].map((to) => `running → ${to}`),
    ]);
  });
  test('gates end once', () => {
    expect(legal(gates, nextGate)).toEqual([
      ...['evaluating', 'skipped', 'not_evaluated'].map((to) => `pending → ${to}`),
      ...['passed', 'failed', 'error', 'noted', 'recorded', 'cancelled', 'skipped', 'not_evaluated'].map(
        (to) => `evaluating → ${to}`,
      ),
    ]);
  });
  test('what is destroyed stays so', () => {
    const moves = legal(resources, nextResource);
    expect(moves.filter((move) => move.startsWith('destroyed'))).toEqual([]);
    for (const from of ['intended', 'created', 'kept', 'leaked'])
      expect(moves).toContain(`${from} → destroyed`);
  });
  test('a run is sealed once, and never runs again', () => {
    const ended = { type: 'run_ended' } as Parameters<typeof nextPhase>[1];
    const started = { type: 'run_started' } as Parameters<typeof nextPhase>[1];
    const torn = { type: 'teardown_started', reason: '' } as const;
    expect(nextPhase('tearing_down', ended)).toBe('sealed');
    for (const event of [ended, started, torn])
      expect(() => nextPhase('sealed', event)).toThrow(IllegalTransition);
    expect(() => nextPhase('tearing_down', started)).toThrow(IllegalTransition);
    const observed = { type: 'command_started', command: 'C-01' as CommandId } as const;
    expect(nextPhase('running', observed)).toBe('running');
    const gate = { type: 'gate_started', command: 'C-01' as CommandId, gate: 'G-01' as GateId } as const;
    expect(nextPhase('tearing_down', gate)).toBe('tearing_down');
  });
});
