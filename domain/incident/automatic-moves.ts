// What is put on before anybody has decided: how it begins, and how it comes back to people. Shared by what follows by itself, by the
// clock and by what executors answer. It never waits for anybody, and never does what people's plan does.
import { FINDINGS_OF } from '../detection/alert.ts';
import type { Step } from '../plan/plan.schema.ts';
import type { Deciding } from './decision.ts';
import { whoDecides } from './without-people.ts';

export function beginAlone(deciding: Deciding, by: 'class' | 'silence'): void {
  const { offered } = deciding.incident.automatic;
  const { finding } = deciding.incident.detections;
  if (offered === null || finding === null) return;
  deciding.add('automaticBegun', {
    plan: offered.hash,
    finding: { source: FINDINGS_OF, id: finding.id },
    by,
  });
}

/** By which check an executor refuses, as its words end. */
export const checkIn = (reason: string): string | null => /\((\w+)\)$/.exec(reason)?.[1] ?? null;

/** It is not tried again: whoever is asked anyway decides, and now knows that nothing waits for anybody else. */
export function leaveToPeople(deciding: Deciding, step: Step, reason: string): void {
  deciding.add('automaticRefused', { step: step.id, check: checkIn(reason), reason });
  const { incident } = deciding;
  const says = `${incident.title}: not cut without people, so it waits for yours: ${reason}`;
  for (const party of whoDecides(incident)) deciding.tell(party, says);
}

/** As much as an executor says of them at once; of a list that was cut off, the last is no whole name. */
const LONGEST = 2_000;

/** Somebody else put the automatic quarantine on them, or an executor's ledger was lost: whoever watches the account must know. */
export function tellStrangers(deciding: Deciding, step: Step, evidence: Record<string, string>): void {
  const { incident } = deciding;
  const said = evidence['strangers'];
  if (said === undefined || incident.approved !== null) return;
  const named = said.split(' ').filter((key) => key !== '');
  const whole = said.length < LONGEST ? named : named.slice(0, -1);
  const keys = [...new Set(whole)].filter((key) => !incident.automatic.strangers.includes(key));
  if (keys.length === 0) return;
  deciding.add('strangersFound', { step: step.id, keys });
  const says = `${incident.title}: ${step.executor} did not cut ${keys.length === 1 ? 'this one' : 'these'} that ${keys.length === 1 ? 'wears' : 'wear'} the automatic quarantine: ${keys.join(', ')}. See who did, and whether ${keys.length === 1 ? 'it is' : 'they are'} to be cut.`;
  for (const party of new Set([incident.hold.party, step.party])) deciding.tell(party, says.slice(0, 4_000));
}
