// Somebody asks that what was done is undone: the identity was cleared, or the cut hit the wrong thing. What they sign is the plan that
// takes it back; the act's parties and the SOC decide, at least two people.
import { undoRule } from '../gate/undo-rule.ts';
import { epochMs, instant, plus } from '../instant/instant.ts';
import { planHash } from '../plan/build.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { tooWeak } from './answer-gates.ts';
import { askToWeaken } from './answer-weakening.ts';
import type { Deciding } from './decision.ts';
import { gateNamed } from './incident.ts';
import { NOT_READ_YET } from './refused-by-rules.ts';
import type { Readable } from './said-checks.ts';
import { partiesOf } from './speaking.ts';
import { isUnderWay, isUndoing, standingIn, undoPlanIn } from './undoing.ts';

export function undo(deciding: Deciding, said: Readable): Refusal | null {
  const { incident } = deciding;
  const { rules } = incident;
  if (rules === null) return NOT_READ_YET;
  const rule = undoRule(rules);
  if (!partiesOf(said).some((party) => rule.parties.includes(party)))
    return refusal('notAllowed', `Only ${rule.parties.join(' or ')} may ask that this is undone.`);
  if (isUndoing(incident))
    return refusal('notNow', 'It is being undone, and an undo is not undone: it is judged anew after that.');
  if (gateNamed(incident, 'undo') !== undefined)
    return refusal('notNow', 'An undo is asked for already: answer that.');
  if (isUnderWay(incident))
    return refusal('notNow', 'A step is being carried out: ask again when that is over. See: custody show.');
  const weak = tooWeak({ rule }, said);
  if (weak !== null) return weak;
  const { verdict: cleared, madeAt, reason } = said.statement.body as Body<'undo'>;
  const verdict = cleared ?? null;
  const { plan, why } = undoPlanIn(incident, verdict, instant(epochMs(madeAt)));
  if (plan === null) return refusal('notNow', why);
  const hash = planHash(plan);
  if (hash !== said.statement.plan || !isOfItsTime(deciding, plan.madeAt))
    return refusal(
      'planChanged',
      'What would be undone is not what you signed. Look again, and ask anew: custody plan show, custody undo.',
    );
  deciding.add('undoPlanned', { hash, plan });
  askToWeaken(deciding, said, 'undo', rule, { do: 'undo', plan: hash, verdict }, reason);
  return null;
}

/** Clocks of people's machines may run this far ahead. */
const AHEAD_MS = 60_000;

/** Later than every plan that it takes back, and with more than half of its time to come. */
function isOfItsTime({ incident, now }: Deciding, madeAt: string): boolean {
  const validityMs = incident.rules?.validityMs.recovery ?? 0;
  return (
    standingIn(incident).every(({ plan }) => epochMs(plan.madeAt) < epochMs(madeAt)) &&
    madeAt <= plus(now, AHEAD_MS) &&
    now <= plus(madeAt, validityMs / 2)
  );
}
