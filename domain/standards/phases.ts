// What it means to the frameworks that an incident enters a phase. Entering is not finishing: that stands in the lines `contained` and `recovered`.
import type { HeldPhase } from '../runbook/rules.ts';
import type { Outcomes } from './frameworks.ts';

export const PHASE_OUTCOMES: Readonly<Record<HeldPhase, Outcomes>> = {
  triage: { csf: ['RS.MA-02', 'RS.MA-03'] },
  containment: { csf: ['RS.MA-01'], aiRmf: ['MANAGE 2.3'] },
  recovery: { csf: ['RS.MA-05', 'RC.RP-01'] },
  hardening: { csf: ['RC.RP-04'] },
};
