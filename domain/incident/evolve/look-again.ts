// The identity is to be looked at again: a round of its own, so that a look that is under way counts no more.
import type { Incident } from '../incident.ts';

export function lookAgain(incident: Incident): Incident {
  return {
    ...incident,
    discovery: {
      ...incident.discovery,
      state: 'wanted',
      round: incident.discovery.round + 1,
      notBefore: null,
    },
  };
}
