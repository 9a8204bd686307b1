// Phases that pass: contained when it is seen dead, recovered when machines and the owner agree.
import { interruptedSeconds } from '../../plan/interruption.ts';
import { phaseDone } from '../../plan/progress.ts';
import { enterPhase } from '../custody-moves.ts';
import type { Deciding } from '../decision.ts';
import { takesNoStep } from '../incident.ts';

export function contain(deciding: Deciding): void {
  const { incident } = deciding;
  if (incident.phase !== 'containment' || incident.approved === null) return;
  if (!phaseDone(incident.approved.plan, incident.steps, 'containment')) return;
  // Nothing was cut, so nothing is said to be dead.
  if (!takesNoStep(incident)) deciding.add('contained', {});
  const why = takesNoStep(incident)
    ? 'nothing was cut, what would have been is recorded; now the recovery.'
    : 'the stolen credential is seen dead; the service must work again.';
  enterPhase(deciding, 'recovery', why);
}

/** Both are needed: machines saw the new credential used and the old one not, and the owner says that the service works. */
export function recover(deciding: Deciding): void {
  const { incident } = deciding;
  if (incident.phase !== 'recovery' || incident.approved === null) return;
  if (incident.attestation?.verdict !== 'works') return;
  if (!phaseDone(incident.approved.plan, incident.steps, 'recovery')) return;
  const seconds = interruptedSeconds(incident.interruption);
  if (!takesNoStep(incident))
    deciding.add('recovered', seconds === null ? {} : { interruptedSeconds: seconds });
  enterPhase(deciding, 'hardening', 'the service works again; what is left of the old credential goes.');
}
