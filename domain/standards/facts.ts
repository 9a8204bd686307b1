// What each fact that chooses a class has to do with the frameworks. The facts say whom an incident is about, not what was done.
import type { Fact } from '../detection/detection.schema.ts';
import type { Outcomes } from './frameworks.ts';

export const FACT_OUTCOMES: Readonly<Record<Fact['fact'], Outcomes>> = {
  human: { csf: ['PR.AA-01'] },
  workload: { csf: ['PR.AA-01'] },
  agent: { csf: ['PR.AA-01'], aiRmf: ['GOVERN 2.1', 'MANAGE 2.4', 'MANAGE 4.1'] },
  privileged: { csf: ['PR.AA-05'], nhi: ['NHI5'] },
  // The credential lies in public.
  externallyExposed: { csf: ['RS.MA-03'], nhi: ['NHI2'], attack: ['T1552'] },
  businessCritical: { csf: ['ID.AM-05', 'RC.RP-04'] },
  ciCd: { nhi: ['NHI6'] },
  thirdParty: { csf: ['GV.SC-08'], nhi: ['NHI3'], attack: ['T1199'] },
  federated: { csf: ['PR.AA-04'] },
};
