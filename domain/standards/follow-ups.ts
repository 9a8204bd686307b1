// What each sort of follow-up has to do with the frameworks: the risk that was found, not that it is gone. And how it ended.
import type { FollowUpEnd, FollowUpKind } from '../follow-up/follow-up.ts';
import type { Outcomes } from './frameworks.ts';

export const FOLLOW_UP_OUTCOMES: Readonly<Record<FollowUpKind, Outcomes>> = {
  'static-key': { nhi: ['NHI7'] },
  'no-rotation': { nhi: ['NHI7'] },
  'over-privileged': { csf: ['PR.AA-05'], nhi: ['NHI5'] },
  'way-back': { csf: ['RS.AN-03'] },
  'no-owner': { csf: ['GV.RR-02'] },
  'unknown-consumer': { csf: ['RC.RP-02'] },
  distribution: { csf: ['RC.RP-02'] },
  exposure: { nhi: ['NHI2'], attack: ['T1552'] },
  other: {},
};

/** To leave it undone is an exception that two people agreed to. */
export const FOLLOW_UP_END_OUTCOMES: Readonly<Record<FollowUpEnd, Outcomes>> = {
  done: { csf: ['ID.RA-06'] },
  ticketed: { csf: ['ID.RA-06'] },
  void: { csf: ['ID.RA-06'] },
  waived: { csf: ['ID.RA-07'] },
};
