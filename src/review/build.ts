import type { CommandOutline } from '../model/outline.js';
import type { Plan } from '../model/plan.js';
import type { Runbook } from '../model/runbook.js';
import { expressionsIn } from '../model/template.js';
import { outline, planDigest } from '../plan/index.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { abortsOf } from './aborts.js';
import { reviewCommand } from './commands.js';
import { filesRun, fileText, type ReadFile } from './file-text.js';
import { resourcesOf } from './resources.js';
import type { Review } from './schema.js';
import { touchesOf } from './touches.js';
import { shown, text } from './words.js';

/** What a review says beside the plan. */
export interface Findings {
  /** As declared: a size is shown as one. */
  readonly params: Runbook['params'];
  readonly warnings: readonly Diagnostic[];
  readonly files: readonly ReadFile[];
  readonly comparison: Review['comparison'];
}

/** The review of a plan: a pure function of it, so that it can't have touched anything. */
export function buildReview(plan: Plan, { params, warnings, files, comparison }: Findings): Review {
  const words = outline(plan);
  const byId = new Map<string, CommandOutline>(words.commands.map((command) => [command.id, command]));
  const run = filesRun(plan);
  const planned = [...plan.commands, ...plan.teardown];
  const commands = planned.flatMap((command) => {
    const own = byId.get(command.id);
    return own === undefined ? [] : [reviewCommand(command, own)];
  });
  return {
    schema: 'gatebook/review@1',
    status: 'NOTHING EXECUTED',
    gatebook: plan.gatebook,
    runbook: {
      id: plan.runbook.id,
      title: plan.runbook.title,
      revision: plan.runbook.revision,
      path: plan.runbook.path,
      sha256: plan.runbook.sha256,
      summary: plan.runbook.summary ?? null,
      tags: [...plan.runbook.tags],
    },
    plan_digest: planDigest(plan),
    comparison,
    facts: plan.facts.map(([name, value]) => ({
      name,
      value: expressionsIn(value).length > 0 ? 'known when it runs' : text(value),
    })),
    params: Object.entries(plan.params).map(([name, value]) => ({
      name,
      value: shown(value, params[name]?.type === 'bytes' ? 'bytes' : name),
    })),
    authorization: authorizationOf(plan, words.authorization),
    waivers: (plan.waivers ?? []).map(({ code, at, reason, approver, until }) => ({
      code,
      at: at ?? null,
      reason,
      approver,
      until,
    })),
    touches: touchesOf(plan),
    resources: resourcesOf(plan, (command, index) => byId.get(command)?.actions[index]?.words ?? ''),
    aborts: abortsOf(plan),
    refusals: commands.flatMap((command) =>
      command.actions.flatMap(({ words: action, refusal }) =>
        refusal === null
          ? []
          : [{ command: command.id, action: action.replace(/; must be refused.*$/, ''), refusal }],
      ),
    ),
    compensation: compensationOf(plan),
    boundaries: [...plan.runbook.boundaries],
    conventions: plan.report.conventions.map(text),
    commands,
    files: files.map(({ path, role, sha256, content }) => ({
      ...{ path, role, sha256 },
      text: run.has(path) ? fileText(content) : null,
    })),
    warnings: warnings.map(({ code, message, location: { file, range } }) => ({
      code,
      message,
      file,
      line: range.start.line,
      column: range.start.column,
    })),
  };
}

function authorizationOf({ authorization }: Plan, words: string): Review['authorization'] {
  return 'none' in authorization
    ? { required: false, words, slots: [], valid_for_ms: null }
    : { required: true, words, slots: [...authorization.slots], valid_for_ms: authorization.validForMs };
}

function compensationOf({ compensation }: Plan): Review['compensation'] {
  if (compensation === undefined) return null;
  const { killSwitch, record, escalate } = compensation;
  return { kill_switch: killSwitch, record: record.map(text), escalate };
}
