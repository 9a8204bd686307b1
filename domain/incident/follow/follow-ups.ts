// What is left to do is listed by itself: places where the secret lies open, as alerts say; who has to take the new credential, once it is
// there; and once the service works, what was found that should be better.
import { instructionFor } from '../../consumer/instruction.ts';
import type { LeftToDo } from '../../follow-up/follow-up.ts';
import { handleOf } from '../../identity/identity.ts';
import { earliest, type Instant, plus } from '../../instant/instant.ts';
import type { Finding } from '../../plan/plan.schema.ts';
import { SOC } from '../../runbook/resolve.ts';
import type { Deciding } from '../decision.ts';
import { listFollowUps } from '../follow-up-moves.ts';
import { type Incident, planUnderWay, stateOf } from '../incident.ts';

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
    found.map((finding) => leftBy(finding, partyOf[finding.part], due)),
  );
}

const leftBy = ({ kind, says, documents }: Finding, party: string, due: Instant): LeftToDo => ({
  kind,
  says,
  ...(documents === undefined ? {} : { documents }),
  party,
  due,
});

/** Who does not get a new credential by themselves, and who reads it without being named: before the old one is cut, where that comes later. */
export function listDistribution(deciding: Deciding): void {
  const { incident, now } = deciding;
  const { rules, discovery, id } = incident;
  const versions = givenOut(incident);
  if (rules === null || versions.length === 0 || incident.drill) return;
  const { consumers = [] } = rules;
  const party = rules.owner ?? SOC;
  const cuts = planUnderWay(incident)?.plan.steps.flatMap(({ startBy }) => startBy ?? []) ?? [];
  const due = earliest(...cuts.filter((at) => at > now)) ?? plus(now, rules.followUps.exposureMs);
  const strangers = (discovery.found?.findings ?? []).filter(({ kind }) => kind === 'unknown-consumer');
  list(deciding, [
    ...versions.flatMap((version) =>
      consumers.map((consumer): LeftToDo => {
        const says = instructionFor(consumer, { handle: handleOf(id), ...version });
        return { kind: 'distribution', says, party, due };
      }),
    ),
    ...strangers.map((finding) => leftBy(finding, party, due)),
  ]);
}

/** New versions that the owner's executor says it has put where readers get them. */
function givenOut(incident: Incident): { secret: string; versionId: string }[] {
  const steps = planUnderWay(incident)?.plan.steps ?? [];
  return steps.flatMap((step) => {
    const state = stateOf(incident, step.id);
    if (step.part !== 'owner' || (state?.status !== 'applied' && state?.status !== 'seen')) return [];
    const { secretVersionId: versionId } = state.evidence;
    const { secretId: secret } = step.target;
    return versionId === undefined || secret === undefined ? [] : [{ secret, versionId }];
  });
}

function list(deciding: Deciding, left: readonly LeftToDo[]): void {
  const fresh = left.filter((one) => !isListed(deciding.incident, one));
  if (fresh.length > 0) listFollowUps(deciding, fresh, null);
}

const isListed = ({ followUps }: Incident, { kind, says }: LeftToDo): boolean =>
  followUps.some((one) => one.kind === kind && one.says === says);
