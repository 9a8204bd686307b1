// What is left to do is listed by itself: places where the secret lies open, as alerts say, and once the service works, what was found
// that should be better.
import { plus } from '../../instant/instant.ts';
import { SOC } from '../../runbook/resolve.ts';
import type { Deciding } from '../decision.ts';
import { type LeftToDo, listFollowUps } from '../follow-up-moves.ts';
import type { Incident } from '../incident.ts';

export function listExposures(deciding: Deciding): void {
  const { incident, now } = deciding;
  const { rules, exposed } = incident;
  if (rules === null || incident.forwardTo !== null) return;
  const party = rules.owner ?? SOC;
  const due = plus(now, rules.followUps.exposureMs);
  list(
    deciding,
    exposed.map((place) => ({ kind: 'exposure', says: `The secret lies open at ${place}`, party, due })),
  );
}

/** A drill is about an identity that may not exist. */
export function listFindings(deciding: Deciding): void {
  const { incident, now } = deciding;
  const { rules, discovery } = incident;
  if (incident.phase !== 'hardening' || incident.drill || rules === null) return;
  const due = plus(now, rules.followUps.dueMs);
  const partyOf = {
    owner: rules.owner ?? SOC,
    'source-of-truth': rules.executors['source-of-truth']?.party ?? incident.hold.party,
  };
  // Discovery does not know whom the runbook and the SOC name.
  const found = (discovery.found?.findings ?? []).filter(
    ({ kind }) => kind !== 'no-owner' || rules.owner === null,
  );
  list(
    deciding,
    found.map(({ kind, says, part }) => ({ kind, says, party: partyOf[part], due })),
  );
}

function list(deciding: Deciding, left: readonly LeftToDo[]): void {
  const fresh = left.filter((one) => !isListed(deciding.incident, one));
  if (fresh.length > 0) listFollowUps(deciding, fresh, null);
}

const isListed = ({ followUps }: Incident, { kind, says }: LeftToDo): boolean =>
  followUps.some((one) => one.kind === kind && one.says === says);
