import { stat } from 'node:fs/promises';
import { revisionOf } from '../../adapters/git/sources.js';
import { projectSources } from '../../adapters/sources.js';
import { err, ok, type Result } from '../../base/result.js';
import { loadRunbook, type SeenSources } from '../../document/index.js';
import type { Plan } from '../../model/plan.js';
import { buildPlan, exitOf, makePlan, type PlanProblem } from '../../plan/index.js';
import type { Sources } from '../../ports/sources.js';
import { buildReview, compareFor, renderReview } from '../../review/index.js';
import type { Against, Review, ReviewFormat } from '../../review/index.js';
import { loadValid } from '../../rules/validate.js';
import { renderDiagnostics } from '../../text/render/text.js';
import type { Problem } from '../../text/problem.js';
import { problemText } from '../io.js';
import type { CommandOutput } from '../output.js';
import { malformedText } from './malformed.js';
import { readParams } from '../program/params.js';
import { version } from '../version.js';

export interface ReviewOptions {
  readonly param: readonly string[];
  readonly format: ReviewFormat;
  /** A git ref, or another runbook file. */
  readonly against?: string;
  readonly failOn?: 'weakens';
}

interface RunbookFile {
  readonly path: string;
  readonly id: string;
}

/** What ends a review before there is one: text for stderr and the exit code. */
interface Refusal {
  readonly stderr: string;
  readonly exitCode: number;
}

/** `gatebook review`: what a runbook would do and what changed in meaning, from files alone. */
export async function reviewCommand(runbook: string, options: ReviewOptions): Promise<CommandOutput> {
  const made = await makeReview(runbook, options);
  if (!made.ok) return { stdout: '', ...made.error };
  const review = made.value;
  const weakened = review.comparison?.changes.filter(({ weight }) => weight === 'weakens').length ?? 0;
  const fails = options.failOn === 'weakens' && weakened > 0;
  return {
    stdout: renderReview(review, options.format),
    stderr: fails
      ? `gatebook: ${review.comparison?.summary ?? ''}\nnext     have somebody look at what is listed first\n`
      : '',
    exitCode: fails ? 1 : 0,
  };
}

async function makeReview(runbook: string, options: ReviewOptions): Promise<Result<Review, Refusal>> {
  const params = readParams(options.param);
  if (!params.ok) return usage(params.error);
  if (options.failOn !== undefined && options.against === undefined)
    return usage('--fail-on needs --against: without it nothing is compared');
  const seen: SeenSources = new Map();
  const loaded = await loadValid(projectSources(process.cwd()), runbook, seen, params.value);
  if (!loaded.ok)
    return refuse(
      malformedText(
        runbook,
        { diagnostics: loaded.error, seen },
        { result: 'there is nothing to review', again: 'review' },
      ),
      3,
    );
  const plan = orRefusal(await makePlan(loaded.value, { params: params.value, version }));
  if (!plan.ok) return plan;
  const { runbook: written, warnings, files, locate } = loaded.value;
  const against = await readAgainst({ path: runbook, id: written.id }, options.against, params.value);
  if (!against.ok) return against;
  const comparison =
    against.value === null
      ? null
      : compareFor({ plan: plan.value, runbook: written }, against.value, (path) => locate(path, 'key'));
  return ok(buildReview(plan.value, { params: written.params, warnings, files, comparison }));
}

/** What `--against` names: a file or a commit, and never what could be both. */
async function readAgainst(
  runbook: RunbookFile,
  against: string | undefined,
  params: Readonly<Record<string, string>>,
): Promise<Result<Against | null, Refusal>> {
  if (against === undefined) return ok(null);
  const cwd = process.cwd();
  const isFile = await stat(against).then(
    (facts) => facts.isFile(),
    () => false,
  );
  // Written so it can be nothing but a file.
  if (isFile && /^\.{0,2}\//.test(against)) return oldSide(projectSources(cwd), against, against, params);
  const revision = await revisionOf(cwd, runbook, against);
  if (isFile) {
    const taken = revision.ok || !noCommit.has(revision.error.code);
    return taken ? ambiguous(against) : oldSide(projectSources(cwd), against, against, params);
  }
  if (!revision.ok) return problem(revision.error, revision.error.code === 'REF_MALFORMED' ? 2 : 4);
  const { sources, ref, commit, path, renamed } = revision.value;
  const name = commit.startsWith(ref) ? `commit ${commit}` : `${ref} (commit ${commit.slice(0, 12)})`;
  return oldSide(sources, runbook.path, renamed ? `${name}, where it was ${path}` : name, params);
}

/** Why a name is that of no commit. */
const noCommit: ReadonlySet<string> = new Set([
  'REF_MALFORMED',
  'REF_UNKNOWN',
  'NO_REPOSITORY',
  'GIT_MISSING',
]);

/** A pull request can bring a file that is called like the branch it is compared with. */
const ambiguous = (against: string): Result<never, Refusal> =>
  problem(
    {
      code: 'AGAINST_AMBIGUOUS',
      message: `${against} is a file here, and a commit of the repository`,
      next: `--against ./${against}   compares with the file; for the commit, rename the file first`,
    },
    2,
  );

/** The old runbook needs to be read, not to be right: rules that are newer than it don't stop a comparison. */
async function oldSide(
  sources: Sources,
  path: string,
  name: string,
  params: Readonly<Record<string, string>>,
): Promise<Result<Against, Refusal>> {
  const project = await sources.project(path);
  if (!project.ok && project.error.code === 'GB3001') return ok({ name, side: null });
  if (!project.ok) return problem(project.error, 4);
  const seen: SeenSources = new Map();
  const loaded = await loadRunbook(sources, path, seen);
  if (!loaded.ok)
    return refuse(
      `${renderDiagnostics(loaded.error, seen)}gatebook: what it should be compared with is malformed: ${name}\nnext     gatebook review without --against\n`,
      3,
    );
  const { runbook } = loaded.value;
  const own = Object.fromEntries(
    Object.entries(params).filter(([param]) => Object.hasOwn(runbook.params, param)),
  );
  const plan = orRefusal(buildPlan(loaded.value, { params: own, version }));
  return plan.ok ? ok({ name, side: { plan: plan.value, runbook } }) : plan;
}

const orRefusal = (plan: Result<Plan, readonly PlanProblem[]>): Result<Plan, Refusal> =>
  plan.ok ? plan : refuse(plan.error.map(problemText).join(''), exitOf(plan.error));

const refuse = (stderr: string, exitCode: number): Result<never, Refusal> => err({ stderr, exitCode });
const usage = (message: string): Result<never, Refusal> =>
  problem({ code: 'USAGE', message, next: 'gatebook review --help' }, 2);
const problem = (what: Problem, exitCode: number): Result<never, Refusal> =>
  refuse(problemText(what), exitCode);
