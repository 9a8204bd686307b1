// What follows by itself from the state: plans are made, gates open and are met, steps are ordered, phases pass.
// Each rule looks at the state alone and adds events or none; they are asked in order until none has anything to add.
import type { Deciding } from '../decision.ts';
import { askNotWhileOn, beginByClass, seeAutomatic, withdrawAutomatic } from './automatic.ts';
import { listDistribution, listExposures, listFindings } from './follow-ups.ts';
import { askForDeletion, askToClose, close, expire, meet, openRiskGate } from './gates.ts';
import { contain, recover } from './phases.ts';
import { approvePlan, lapsePlan, makePlans, orderNextStep, skipWithoutSteps } from './plan.ts';
import { beginStage, comeToDeadline, noticeChange, noticeMode } from './stages.ts';
import { endUndo } from './undo.ts';
import { weaken } from './weakening.ts';
import { isUndoing } from '../undoing.ts';

type Rule = (deciding: Deciding) => void;

const RULES: readonly Rule[] = [
  expire,
  weaken,
  listExposures,
  lapsePlan,
  noticeMode,
  noticeChange,
  makePlans,
  withdrawAutomatic,
  beginByClass,
  openRiskGate,
  approvePlan,
  skipWithoutSteps,
  comeToDeadline,
  beginStage,
  orderNextStep,
  listDistribution,
  seeAutomatic,
  contain,
  recover,
  askForDeletion,
  meet,
  listFindings,
  askNotWhileOn,
  askToClose,
  close,
];

/** While what was done is undone, no phase passes and nothing is planned anew. */
const RULES_OF_UNDO: readonly Rule[] = [
  expire,
  weaken,
  listExposures,
  lapsePlan,
  orderNextStep,
  endUndo,
  meet,
  close,
];

/** A bound that no real incident comes near; to pass it is a defect, and a thrown error beats a silent loop. */
const MOST_ROUNDS = 500;

export function follow(deciding: Deciding): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (deciding.incident.outcome !== 'open') return;
    const before = deciding.events.length;
    for (const rule of isUndoing(deciding.incident) ? RULES_OF_UNDO : RULES) {
      rule(deciding);
      if (deciding.events.length > before) break;
    }
    if (deciding.events.length === before) return;
  }
  throw new Error('what follows by itself does not come to an end');
}
