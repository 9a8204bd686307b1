// What the checker found before anything is done.
import { isToBeFound, keyOf } from '../identity/identity.ts';
import { plus } from '../instant/instant.ts';
import type { Discovery } from '../plan/plan.schema.ts';
import type { Judgement } from '../statement/judgement.ts';
import { againMs } from './again.ts';
import { notFrom } from './believed.ts';
import type { Deciding } from './decision.ts';
import type { Incident } from './incident.ts';

export function decideDiscovered(deciding: Deciding, request: string, judgement: Judgement): void {
  const { incident, now } = deciding;
  const wrong =
    notFrom(judgement, incident.rules?.checker ?? '', request, null) ?? isOfAnother(judgement, incident);
  if (wrong !== null || !judgement.readable) {
    const reason = wrong ?? 'It cannot be read.';
    deciding.add('discoverFailed', { reason, absent: false, again: plus(now, againMs(incident)) });
    // Said once; the clock that is running pages on.
    if (incident.discovery.trouble !== reason)
      deciding.tell('soc', `${incident.title}: what was found was not believed. ${reason}`);
    return;
  }
  deciding.add('discovered', { found: judgement.statement.body as Discovery, saying: judgement.saying });
}

/** Only a lone key or id is found to be somebody's; every other identity is itself, or its alerts would be handed on to nowhere. */
function isOfAnother(judgement: Judgement, incident: Incident): string | null {
  if (!judgement.readable || isToBeFound(incident.identity)) return null;
  const { identity } = judgement.statement.body as Discovery;
  return identity === null || keyOf(identity) === incident.key
    ? null
    : `It is about ${keyOf(identity)}, and not about the identity that was asked about.`;
}
