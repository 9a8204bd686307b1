// Something is put on the list of what is left to do, and whose it is hears of it. Shared by what people say and what follows by itself.
import type { LeftToDo } from '../follow-up/follow-up.ts';
import type { Document } from '../plan/plan.schema.ts';
import type { Deciding } from './decision.ts';
import type { Said } from './event.ts';

export function listFollowUps(deciding: Deciding, left: readonly LeftToDo[], said: Said | null): void {
  const first = deciding.incident.counters.followUp + 1;
  const followUps = left.map((one, i) => ({ id: `follow-up-${first + i}`, ...one }));
  deciding.add('followUpsFound', { followUps, said });
  for (const party of new Set(followUps.map((one) => one.party))) {
    const own = followUps.filter((one) => one.party === party);
    const what = own
      .map(({ id, says, documents, due }) => `${id}, by ${due}: ${says}${written(documents)}`)
      .join(' ');
    deciding.tell(party, `${deciding.incident.title}: yours to do. ${what}`);
  }
}

const written = (documents: readonly Document[] | undefined): string =>
  documents === undefined ? '' : ` (custody show prints: ${documents.map(({ title }) => title).join('; ')})`;
