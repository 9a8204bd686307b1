// What is put on before anybody has decided, as it follows from the state: it begins where the class says so, is taken back where it is
// not wanted any more, and is told of when it is seen. People are asked all the while, as ever.
import { BY_HAND } from '../../gate/gate.ts';
import { isDone } from '../../plan/progress.ts';
import { beginAlone } from '../automatic-moves.ts';
import type { Deciding } from '../decision.ts';
import { type Incident, isOnWithoutPeople, knownFor, openGates, takesNoStep } from '../incident.ts';
import { isSetAside, stillOn, whoDecides, whyNotAlone } from '../without-people.ts';

/** Only until somebody has judged it. What is known must have chosen the class, or it would be another's. */
export function beginByClass(deciding: Deciding): void {
  const { incident } = deciding;
  if (incident.rules?.mode !== 'auto' || incident.phase !== 'triage') return;
  if (incident.resolvedFor !== knownFor(incident)) return;
  if ((incident.assessment?.verdict ?? null) !== null || whyNotAlone(incident) !== null) return;
  beginAlone(deciding, 'class');
}

/** What was done is not withdrawn: that is taken off by what people decide. */
export function withdrawAutomatic(deciding: Deciding): void {
  const { incident } = deciding;
  if (incident.automatic.running === null || incident.steps.some(({ applied }) => applied !== null)) return;
  const why = whyNoMore(incident);
  if (why !== null) deciding.add('automaticWithdrawn', { why });
}

function whyNoMore(incident: Incident): string | null {
  const { automatic, rules } = incident;
  const { running } = automatic;
  if (running === null || rules === null) return null;
  if (isSetAside(incident)) return 'it was judged to be no incident';
  const isItsOwn = running.plan.class === rules.class && (running.by === 'silence' || rules.mode === 'auto');
  return takesNoStep(incident) || !isItsOwn || rules.protected !== null
    ? 'by what is known now people decide'
    : null;
}

/** A restriction, and no containment: that is what people decide. */
export function seeAutomatic(deciding: Deciding): void {
  const { incident } = deciding;
  const { running } = incident.automatic;
  if (running === null || !incident.steps.every(isDone)) return;
  const seen = running.plan.steps.filter(({ id }) =>
    incident.steps.some((state) => state.id === id && state.status === 'seen'),
  );
  deciding.add('automaticSeen', {});
  const says = `${incident.title}: contained by the automatic quarantine; nobody has decided yet. It is on and seen: ${seen.map(({ does }) => does).join(' ')} Confirm it by a cut, or have it taken off.`;
  for (const party of whoDecides(deciding.incident)) deciding.tell(party, says);
}

/** Who judged it to be nothing did not know, or did not think of it: the service would stay cut off, and nobody would have it. */
export function askNotWhileOn(deciding: Deciding): void {
  const { incident } = deciding;
  // Until it was looked for it is not known: then the close waits.
  if (
    !isOnWithoutPeople(incident) ||
    incident.automatic.running !== null ||
    incident.discovery.state !== 'done'
  )
    return;
  for (const gate of openGates(incident)) {
    if (gate.name !== 'close' || gate.closesAs === BY_HAND) continue;
    deciding.add('gateLapsed', {
      gate: gate.id,
      name: gate.name,
      why: 'what was put on without people is still on',
    });
    for (const party of gate.rule.parties) deciding.tell(party, `${incident.title}: ${stillOn(incident)}`);
  }
}
