// How the list of what is left to do changes.
import type { Changes } from './changes.ts';
import type { FollowUp } from '../../follow-up/follow-up.ts';
import type { Incident } from '../incident.ts';
import { heard } from './said.ts';

export const followUpsChanges = {
  followUpsFound(next, data, at) {
    const { followUps, said } = data;
    const addedBy = said?.person ?? null;
    const added = followUps.map(
      (one): FollowUp => ({ ...one, addedBy, since: at, remindAt: one.due, ended: null }),
    );
    return heard(
      {
        ...next,
        followUps: [...next.followUps, ...added],
        counters: { ...next.counters, followUp: next.counters.followUp + added.length },
      },
      said,
      `Listed as ${added.map(({ id }) => id).join(', ')}.`,
      at,
    );
  },

  followUpEnded(next, data, at) {
    const { id, as, person, ticket, said } = data;
    const ended = withFollowUp(next, id, (one) => ({ ...one, ended: { as, by: person, at, ticket } }));
    return heard(ended, said, `${id} is ${as}.`, at);
  },

  followUpDue(next, data) {
    return withFollowUp(next, data.id, (one) => ({ ...one, remindAt: data.next }));
  },
} satisfies Changes;

const withFollowUp = (incident: Incident, id: string, change: (one: FollowUp) => FollowUp): Incident => ({
  ...incident,
  followUps: incident.followUps.map((one) => (one.id === id ? change(one) : one)),
});
