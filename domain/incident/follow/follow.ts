// What follows by itself from the state: plans are made, gates open and are met, steps are ordered, phases pass.
// Each rule looks at the state alone and adds events or none; they are asked in order until none has anything to add.
import type { Deciding } from '../decision.ts';
import { askNotWhileOn, beginByClass, seeAutomatic, withdrawAutomatic } from './automatic.ts';
import { listExposures, listFindings } from './follow-ups.ts';
import { askForDeletion, askToClose, close, expire, meet, openRiskGate } from './gates.ts';
import { contain, recover } from './phases.ts';
import { approvePlan, lapsePlan, makePlans, orderNextStep, skipWithoutSteps } from './plan.ts';
import { beginStage, comeToDeadline, noticeChange, noticeMode } from './stages.ts';
import { weaken } from './weakening.ts';

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

/** A bound that no real incident comes near; to pass it is a defect, and a thrown error beats a silent loop. */
const MOST_ROUNDS = 500;

export function follow(deciding: Deciding): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (deciding.incident.outcome !== 'open') return;
    const before = deciding.events.length;
    for (const rule of RULES) {
      rule(deciding);
      if (deciding.events.length > before) break;
    }
    if (deciding.events.length === before) return;
  }
  throw new Error('what follows by itself does not come to an end');
}
