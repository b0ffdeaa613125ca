import { changedTargetsHaveIdentity } from './changed-targets-have-identity.js';
import { declarationsAreConstant } from './declarations-are-constant.js';
import { effectIsDeclared } from './effect-is-declared.js';
import { everythingIsUsed } from './everything-is-used.js';
import { expressionsAreSound } from './expressions-are-sound.js';
import { gatesCanFail } from './gates-can-fail.js';
import { guardBeforeChange } from './guard-before-change.js';
import { hardAbortNamesATarget } from './hard-abort-names-a-target.js';
import { idsAscend } from './ids-ascend.js';
import { listsHoldSomething } from './lists-hold-something.js';
import { loopsAreNamed } from './loops-are-named.js';
import { matchersFitObservations } from './matchers-fit-observations.js';
import { noExpressionInCode } from './no-expression-in-code.js';
import { noRetryOfIdentity } from './no-retry-of-identity.js';
import { notesExist } from './notes-exist.js';
import { outputsAreNamedOnce } from './outputs-are-named-once.js';
import { outputsExistBeforeUse } from './outputs-exist-before-use.js';
import { paramsFitTheirTypes } from './params-fit-their-types.js';
import { productionIsAuthorized } from './production-is-authorized.js';
import { referencesExist } from './references-exist.js';
import { reportPartsReferToGates } from './report-parts-refer-to-gates.js';
import { resourcesAreDestroyed } from './resources-are-destroyed.js';
import type { Rule } from './rule.js';
import { sandboxesAreStarted } from './sandboxes-are-started.js';
import { secretsStayHidden } from './secrets-stay-hidden.js';
import { sqlHasOneSource } from './sql-has-one-source.js';
import { unchangedSinceAnEarlierGate } from './unchanged-since-an-earlier-gate.js';

/** Every rule. The order doesn't matter: findings are sorted by where they stand. */
export const rules: readonly Rule[] = [
  idsAscend,
  outputsAreNamedOnce,
  referencesExist,
  paramsFitTheirTypes,
  declarationsAreConstant,
  expressionsAreSound,
  outputsExistBeforeUse,
  loopsAreNamed,
  secretsStayHidden,
  noExpressionInCode,
  guardBeforeChange,
  effectIsDeclared,
  changedTargetsHaveIdentity,
  sqlHasOneSource,
  sandboxesAreStarted,
  resourcesAreDestroyed,
  productionIsAuthorized,
  hardAbortNamesATarget,
  noRetryOfIdentity,
  matchersFitObservations,
  gatesCanFail,
  unchangedSinceAnEarlierGate,
  listsHoldSomething,
  reportPartsReferToGates,
  notesExist,
  everythingIsUsed,
];
