// What a line of the record is evidence of by its type alone. Lines whose content decides are read in evidence.ts.
import type { EventType } from '../incident/event.ts';
import type { Outcomes } from './frameworks.ts';

/** A type that is not here evidences nothing by itself. */
export const LINE_OUTCOMES: Readonly<Partial<Record<EventType, Outcomes>>> = {
  opened: { csf: ['DE.AE-06', 'RS.AN-07'] },
  detectionJoined: { csf: ['DE.AE-06', 'RS.AN-07'] },
  rulesResolved: { csf: ['RS.MA-03', 'GV.RR-02', 'GV.PO-01'], aiRmf: ['GOVERN 2.1'] },
  discovered: { csf: ['DE.AE-02', 'RS.AN-03', 'RS.AN-07'], d3fend: ['D3-CCSA'] },
  plansMade: { csf: ['ID.RA-06'] },
  planApproved: { csf: ['ID.RA-06'] },
  voted: { csf: ['PR.AA-05'] },
  offered: { csf: ['RS.CO-03'] },
  handedOff: { csf: ['RS.MA-01'] },
  climbing: { csf: ['RS.MA-04'] },
  rungTold: { csf: ['RS.MA-04'] },
  silence: { csf: ['RS.MA-04'] },
  // Only by what the executor's own policy lets be; what it does not is left to people.
  automaticBegun: { csf: ['PR.AA-05'] },
  automaticRefused: { csf: ['PR.AA-05'] },
  strangersFound: { csf: ['DE.AE-02'] },
  noticeDelivered: { csf: ['RS.CO-02'], aiRmf: ['MANAGE 4.3'] },
  stepApplied: { csf: ['RS.AN-06'] },
  checked: { csf: ['RS.AN-06'] },
  // What the plan now needs is asked about anew, and its difference is recorded.
  planChanged: { csf: ['ID.RA-07', 'DE.AE-02'] },
  lowered: { csf: ['ID.RA-07'] },
  deadlineCame: { csf: ['RS.MA-04'] },
  stepOverdue: { csf: ['RS.MA-04'] },
  inwardTold: { csf: ['GV.SC-08', 'RS.CO-03'] },
  followUpsFound: { csf: ['ID.RA-01', 'ID.IM-03'] },
  followUpDue: { csf: ['ID.RA-06', 'RS.CO-03'] },
  doneByHand: { csf: ['RS.AN-06'] },
  confirmedByHand: { csf: ['RS.AN-06'] },
  notDoneByHand: { csf: ['RS.AN-06'] },
  watched: { csf: ['RS.AN-06'] },
  reopened: { csf: ['DE.AE-02', 'RS.AN-03'] },
  undoneFound: { csf: ['DE.AE-02', 'RS.AN-03'] },
  refused: { csf: ['PR.AA-05'] },
};

/** After these the lines above say more: what was done is seen, and said so. */
export const CONTAINED: Outcomes = { csf: ['RS.MI-01'], aiRmf: ['MANAGE 2.4'] };
export const RECOVERED: Outcomes = { csf: ['RC.RP-05'], aiRmf: ['MANAGE 4.1'] };
export const TOLD_IN_RECOVERY: Outcomes = { csf: ['RC.CO-03'] };
export const SET_ASIDE: Outcomes = { csf: ['RS.MA-02'] };
