import { argumentsFitTheirTypes } from './expressions/arguments-fit-their-types.js';
import { changedTargetsHaveIdentity } from './gates/changed-targets-have-identity.js';
import { constantsHaveValues } from './expressions/constants-have-values.js';
import { declarationsAreConstant } from './names/declarations-are-constant.js';
import { effectIsDeclared } from './effects/effect-is-declared.js';
import { everythingIsUsed } from './names/everything-is-used.js';
import { expressionsAreSound } from './expressions/expressions-are-sound.js';
import { failuresAreSeen } from './programs/failures-are-seen.js';
import { filesArePinned } from './programs/files-are-pinned.js';
import { gatesCanFail } from './gates/gates-can-fail.js';
import { guardBeforeChange } from './gates/guard-before-change.js';
import { hardAbortNamesATarget } from './gates/hard-abort-names-a-target.js';
import { idsAscend } from './names/ids-ascend.js';
import { imagesArePinned } from './programs/images-are-pinned.js';
import { listsHoldSomething } from './effects/lists-hold-something.js';
import { loopsAreNamed } from './expressions/loops-are-named.js';
import { matchersFitObservations } from './gates/matchers-fit-observations.js';
import { messagesAreKept } from './programs/messages-are-kept.js';
import { noExpressionInCode } from './expressions/no-expression-in-code.js';
import { noHeredoc } from './programs/no-heredoc.js';
import { noRetryOfIdentity } from './gates/no-retry-of-identity.js';
import { noSecretWrittenOut } from './programs/no-secret-written-out.js';
import { notesExist } from './report/notes-exist.js';
import { notesAreReferredTo } from './report/notes-are-referred-to.js';
import { nothingRemovedByPattern } from './programs/nothing-removed-by-pattern.js';
import { nothingRunsUnseen } from './programs/nothing-runs-unseen.js';
import { outputsAreNamedOnce } from './names/outputs-are-named-once.js';
import { outputsExistBeforeUse } from './expressions/outputs-exist-before-use.js';
import { paramsFitTheirTypes } from './names/params-fit-their-types.js';
import { pipelinesCanFail } from './programs/pipelines-can-fail.js';
import { productionIsAuthorized } from './effects/production-is-authorized.js';
import { programsAreGuarded } from './effects/programs-are-guarded.js';
import { programsConnectWhereTheyMay } from './effects/programs-connect-where-they-may.js';
import { programsObserve } from './programs/programs-observe.js';
import { psqlStopsOnError } from './programs/psql-stops-on-error.js';
import { referencesExist } from './names/references-exist.js';
import { reportPartsReferToGates } from './report/report-parts-refer-to-gates.js';
import { resourcesAreDestroyed } from './effects/resources-are-destroyed.js';
import { resourcesAreMadeBeforeUse } from './effects/resources-are-made-before-use.js';
import type { Rule } from './rule.js';
import { sandboxesAreStarted } from './effects/sandboxes-are-started.js';
import { secretsStayHidden } from './expressions/secrets-stay-hidden.js';
import { settingsAreTheAuthors } from './effects/settings-are-the-authors.js';
import { sqlHasOneSource } from './effects/sql-has-one-source.js';
import { statementsCanBeRun } from './effects/statements-can-be-run.js';
import { stepsStopAtAFailure } from './programs/steps-stop-at-a-failure.js';
import { tablesShowObservations } from './report/tables-show-observations.js';
import { timeIsLimited } from './programs/time-is-limited.js';
import { unchangedSinceAnEarlierGate } from './gates/unchanged-since-an-earlier-gate.js';
import { whatIsMadeIsKnown } from './effects/what-is-made-is-known.js';

/** Every rule. The order doesn't matter: findings are sorted by where they stand. */
export const rules: readonly Rule[] = [
  idsAscend,
  outputsAreNamedOnce,
  referencesExist,
  paramsFitTheirTypes,
  declarationsAreConstant,
  expressionsAreSound,
  constantsHaveValues,
  argumentsFitTheirTypes,
  outputsExistBeforeUse,
  loopsAreNamed,
  secretsStayHidden,
  noExpressionInCode,
  guardBeforeChange,
  effectIsDeclared,
  changedTargetsHaveIdentity,
  sqlHasOneSource,
  settingsAreTheAuthors,
  statementsCanBeRun,
  programsConnectWhereTheyMay,
  sandboxesAreStarted,
  resourcesAreDestroyed,
  resourcesAreMadeBeforeUse,
  productionIsAuthorized,
  hardAbortNamesATarget,
  noRetryOfIdentity,
  matchersFitObservations,
  gatesCanFail,
  programsObserve,
  unchangedSinceAnEarlierGate,
  listsHoldSomething,
  reportPartsReferToGates,
  tablesShowObservations,
  notesExist,
  notesAreReferredTo,
  everythingIsUsed,
  programsAreGuarded,
  whatIsMadeIsKnown,
  nothingRemovedByPattern,
  noHeredoc,
  nothingRunsUnseen,
  pipelinesCanFail,
  failuresAreSeen,
  messagesAreKept,
  stepsStopAtAFailure,
  noSecretWrittenOut,
  imagesArePinned,
  psqlStopsOnError,
  timeIsLimited,
  filesArePinned,
];
