// The mode that an incident went by, from the lines of its record: as the runbook says, as two people lowered it, and never from acting
// to observing by a mere change of what is known. Pure.
import type { EventData, EventType } from '../incident/event.ts';
import { modeAfterwards } from '../runbook/mode.ts';
import type { Rules } from '../runbook/rules.ts';

export interface ModeKnown {
  /** null until the rules are known; records of the first version say none. */
  mode: Rules['mode'] | null;
  /** Two people's word: it stands until a newer runbook is adopted. */
  lowered: 'observe' | null;
  adopting: boolean;
}

export const NO_MODE_YET: ModeKnown = { mode: null, lowered: null, adopting: false };

export function modeAfter<T extends EventType>(known: ModeKnown, type: T, data: EventData[T]): ModeKnown {
  switch (type) {
    case 'adopted':
      return { ...known, adopting: true };
    case 'rulesFailed':
      return { ...known, adopting: false };
    case 'lowered': {
      const { mode } = data as EventData['lowered'];
      return mode === null ? known : { ...known, mode, lowered: mode };
    }
    case 'rulesResolved': {
      const { rules } = data as EventData['rulesResolved'];
      const lowered = known.adopting ? null : known.lowered;
      const said = (rules as Partial<typeof rules>).mode ?? null;
      const mode = said === null ? known.mode : modeAfterwards(known.mode, said);
      return { mode: lowered ?? mode, lowered, adopting: false };
    }
    default:
      return known;
  }
}
