// What it means to the frameworks that a gate of each name was met: people decided, by the number and parties that the class asks.
import type { GateName } from '../plan/plan.schema.ts';
import type { Outcomes } from './frameworks.ts';

export const GATE_OUTCOMES: Readonly<Record<GateName, Outcomes>> = {
  risk: { csf: ['RS.MA-02', 'RS.AN-08', 'DE.AE-08'] },
  act: { csf: ['ID.RA-06', 'PR.AA-05'], aiRmf: ['MANAGE 2.4'] },
  irreversible: { csf: ['PR.AA-05'] },
  close: { csf: ['RC.RP-06'] },
  pause: { csf: ['ID.RA-07'] },
  lower: { csf: ['ID.RA-07'] },
  waive: { csf: ['ID.RA-07'] },
  undo: { csf: ['PR.AA-05', 'ID.RA-07'] },
  review: { csf: ['PR.AA-05', 'ID.IM-03'] },
};
