// What the state says of what nobody has decided: whether it may begin, why not, who must know. It changes nothing.
import { BY_HAND } from '../gate/gate.ts';
import { stepIn } from '../plan/put-on.ts';
import { gateNamed, type Incident, openGates, takesNoStep } from './incident.ts';
import { standingIn } from './undoing.ts';

/** Why nothing is put on without people now, or null. */
export function whyNotAlone(incident: Incident): string | null {
  const { approved, automatic, rules, detections } = incident;
  const { offered, running, worn, refused, whyNot } = automatic;
  if (takesNoStep(incident) || rules === null) return 'nothing is cut here.';
  if (approved !== null) return 'people have approved a plan.';
  if (running !== null || worn.length > 0) return 'it is on already, or under way.';
  if (isSetAside(incident)) return 'it is being set aside.';
  if (offered === null) return whyNot ?? 'the identity has not been looked at.';
  if (offered.plan.class !== rules.class || rules.protected !== null) return 'its rules have changed.';
  if (detections.finding === null) return 'no alert can be read again at its source.';
  return refused?.finding === detections.finding.id ? refused.reason : null;
}

/** Judged no incident, and a second person is asked. Whoever only wants to close it by hand keeps nobody from judging it. */
export function isSetAside(incident: Incident): boolean {
  const asked = gateNamed(incident, 'close');
  return asked !== undefined && asked.closesAs !== BY_HAND;
}

/** Whoever holds it, and whoever an open gate asks what is to be done. */
export const whoDecides = (incident: Incident): string[] => [
  ...new Set([
    incident.offer?.to ?? incident.hold.party,
    ...openGates(incident)
      .filter(({ name }) => name === 'risk' || name === 'act')
      .flatMap(({ rule }) => rule.parties),
  ]),
];

/** Why it is not closed as nothing, and what to do about it. */
export function stillOn(incident: Incident): string {
  const { running, worn } = incident.automatic;
  const standing = standingIn(incident).flatMap(({ plan, results }) =>
    results.map(({ step }) => stepIn(plan, step)),
  );
  const on = new Set([...(running?.plan.steps ?? worn), ...standing].map(({ does }) => does));
  return `it does not close while what custody has put on is on, or may be: ${[...on].join(' ')} Have it taken off first (custody undo), or approve a cut; two people can close it as handled by hand.`;
}
