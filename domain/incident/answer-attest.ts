// What the service's owner answers: it works, item by item of the checklist, or it is broken, and then whoever contained it has it again.
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { attestStep } from './answer-by-hand.ts';
import { enterPhase, offer, takeBy } from './custody-moves.ts';
import type { Deciding } from './decision.ts';
import { type Incident, openGates, phaseRule } from './incident.ts';
import type { Readable } from './said-checks.ts';
import { acknowledgeByAnswering, partiesOf, whoSaid } from './speaking.ts';

export function attest(deciding: Deciding, said: Readable): Refusal | null {
  const { verdict, step, reason, confirms } = said.statement.body as Body<'attest'>;
  if (step !== undefined && confirms !== undefined)
    return refusal('malformed', 'The checklist is about the whole service: leave --confirm out, or --step.');
  if (step !== undefined) return attestStep(deciding, said);
  const { incident } = deciding;
  const wrong = notYet(incident) ?? notOnTheList(incident, confirms ?? []);
  if (wrong !== null) return wrong;
  if (verdict === 'works') {
    const left = leftOut(incident, confirms ?? []);
    if (left !== null) return left;
  }
  const looked = confirms === undefined ? {} : { confirms };
  deciding.add('attested', { ...whoSaid(said), verdict, reason, ...looked });
  takeBy(deciding, said.statement.person, partiesOf(said));
  acknowledgeByAnswering(deciding, said);
  if (verdict === 'broken') giveBack(deciding, reason);
  return null;
}

function notYet(incident: Incident): Refusal | null {
  const { approved, phase, steps } = incident;
  // Also afterwards: a service that breaks later must keep the old credential from being deleted.
  if (!['recovery', 'hardening'].includes(phase) || approved === null)
    return refusal('notNow', 'There is nothing to attest yet: the replacement is not in place.');
  const recovery = new Set(
    approved.plan.steps.filter((step) => step.phase === 'recovery').map((step) => step.id),
  );
  const placed = steps.every(
    (state) => !recovery.has(state.id) || ['applied', 'seen', 'skipped'].includes(state.status),
  );
  return placed ? null : refusal('notNow', 'The replacement is not in place yet: attest when it is.');
}

const itemsOf = ({ rules }: Incident) => rules?.checklist ?? [];

function notOnTheList(incident: Incident, confirms: readonly string[]): Refusal | null {
  const names = itemsOf(incident).map(({ name }) => name);
  const unknown = confirms.filter((name) => !names.includes(name));
  if (unknown.length === 0) return null;
  const has = names.length === 0 ? 'There is no checklist here' : `The checklist has ${names.join(', ')}`;
  return refusal('malformed', `${has}, and not ${unknown.join(', ')}.`);
}

function leftOut(incident: Incident, confirms: readonly string[]): Refusal | null {
  const left = itemsOf(incident).filter(({ name }) => !confirms.includes(name));
  if (left.length === 0) return null;
  const items = left.map(({ name, says }) => `${name} (${says})`).join(', ');
  return refusal('notNow', `Look at these too, and confirm each with --confirm: ${items}`);
}

/** Recovery is open again, its clock runs, and whoever contained it is asked first: it may be their cut that breaks the service. */
function giveBack(deciding: Deciding, reason: string): void {
  const says = `the owner says that the service is broken: ${reason}`;
  const { incident } = deciding;
  const { holder } = phaseRule(incident, 'containment');
  for (const party of new Set([holder, incident.hold.party]))
    deciding.tell(party, `${incident.title}: ${says}`);
  // Whoever agreed that all is done did so because it worked.
  for (const { id, name, plan } of openGates(incident))
    if (name === 'close' && plan !== null) deciding.add('gateLapsed', { gate: id, name, why: says });
  if (incident.phase === 'hardening') enterPhase(deciding, 'recovery', says, holder);
  else if (incident.hold.party !== holder) offer(deciding, holder, says, 'rule', null);
}
