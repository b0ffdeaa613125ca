import { argumentsFitTheirTypes } from './arguments-fit-their-types.js';
import { changedTargetsHaveIdentity } from './changed-targets-have-identity.js';
import { constantsHaveValues } from './constants-have-values.js';
import { declarationsAreConstant } from './declarations-are-constant.js';
import { effectIsDeclared } from './effect-is-declared.js';
import { everythingIsUsed } from './everything-is-used.js';
import { expressionsAreSound } from './expressions-are-sound.js';
import { failuresAreSeen } from './failures-are-seen.js';
import { filesArePinned } from './files-are-pinned.js';
import { gatesCanFail } from './gates-can-fail.js';
import { guardBeforeChange } from './guard-before-change.js';
import { hardAbortNamesATarget } from './hard-abort-names-a-target.js';
import { idsAscend } from './ids-ascend.js';
import { imagesArePinned } from './images-are-pinned.js';
import { listsHoldSomething } from './lists-hold-something.js';
import { loopsAreNamed } from './loops-are-named.js';
import { matchersFitObservations } from './matchers-fit-observations.js';
import { messagesAreKept } from './messages-are-kept.js';
import { noExpressionInCode } from './no-expression-in-code.js';
import { noHeredoc } from './no-heredoc.js';
import { noRetryOfIdentity } from './no-retry-of-identity.js';
import { noSecretWrittenOut } from './no-secret-written-out.js';
import { notesExist } from './notes-exist.js';
import { notesAreReferredTo } from './notes-are-referred-to.js';
import { nothingRemovedByPattern } from './nothing-removed-by-pattern.js';
import { nothingRunsUnseen } from './nothing-runs-unseen.js';
import { outputsAreNamedOnce } from './outputs-are-named-once.js';
import { outputsExistBeforeUse } from './outputs-exist-before-use.js';
import { paramsFitTheirTypes } from './params-fit-their-types.js';
import { pipelinesCanFail } from './pipelines-can-fail.js';
import { productionIsAuthorized } from './production-is-authorized.js';
import { programsAreGuarded } from './programs-are-guarded.js';
import { programsConnectWhereTheyMay } from './programs-connect-where-they-may.js';
import { programsObserve } from './programs-observe.js';
import { psqlStopsOnError } from './psql-stops-on-error.js';
import { referencesExist } from './references-exist.js';
import { reportPartsReferToGates } from './report-parts-refer-to-gates.js';
import { resourcesAreDestroyed } from './resources-are-destroyed.js';
import { resourcesAreMadeBeforeUse } from './resources-are-made-before-use.js';
import type { Rule } from './rule.js';
import { sandboxesAreStarted } from './sandboxes-are-started.js';
import { secretsStayHidden } from './secrets-stay-hidden.js';
import { settingsAreTheAuthors } from './settings-are-the-authors.js';
import { sqlHasOneSource } from './sql-has-one-source.js';
import { statementsCanBeRun } from './statements-can-be-run.js';
import { stepsStopAtAFailure } from './steps-stop-at-a-failure.js';
import { tablesShowObservations } from './tables-show-observations.js';
import { timeIsLimited } from './time-is-limited.js';
import { unchangedSinceAnEarlierGate } from './unchanged-since-an-earlier-gate.js';
import { whatIsMadeIsKnown } from './what-is-made-is-known.js';

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
