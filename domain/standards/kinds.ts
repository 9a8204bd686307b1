// What each credential kind's step is, in the words of the frameworks. A step counts when it was seen, never when it was ordered or applied.
import type { Proposal } from '../plan/plan.schema.ts';
import type { Outcomes } from './frameworks.ts';

export interface KindOutcomes {
  /** Whose executor takes it. */
  part: Proposal['part'];
  apply: Outcomes;
  /** Where it can be undone. */
  undo?: Outcomes;
  /** Put on before anybody has decided, and never by what people decide. */
  withoutPeople?: true;
  /** Only by an executor that the runbook names for it: where there is none, another kind is in its place. */
  apart?: true;
}

export const KIND_OUTCOMES: Readonly<Record<string, KindOutcomes>> = {
  'aws/quarantine': {
    part: 'source-of-truth',
    apply: { csf: ['RS.MI-01'], d3fend: ['D3-AL', 'D3-UAP'] },
    undo: { csf: ['RC.RP-02'], d3fend: ['D3-ULA', 'D3-RUAA'] },
  },
  // As the one that is attached.
  'aws/inline-quarantine': {
    part: 'source-of-truth',
    apart: true,
    apply: { csf: ['RS.MI-01'], d3fend: ['D3-AL', 'D3-UAP'] },
    undo: { csf: ['RC.RP-02'], d3fend: ['D3-ULA', 'D3-RUAA'] },
  },
  // What takes its place when it comes off holds the identity on: that restores nothing.
  'aws/quarantine-auto': {
    part: 'source-of-truth',
    apply: { csf: ['RS.MI-01'], d3fend: ['D3-AL', 'D3-UAP'] },
    undo: {},
    withoutPeople: true,
  },
  'aws/no-sessions': {
    part: 'source-of-truth',
    apply: { csf: ['RS.MI-01'], d3fend: ['D3-ST', 'D3-UAP'] },
    undo: { csf: ['RC.RP-02'], d3fend: ['D3-RUAA'] },
  },
  'aws/inline-no-sessions': {
    part: 'source-of-truth',
    apart: true,
    apply: { csf: ['RS.MI-01'], d3fend: ['D3-ST', 'D3-UAP'] },
    undo: { csf: ['RC.RP-02'], d3fend: ['D3-RUAA'] },
  },
  // It works on, and can spread no further: the incident is not contained by that.
  'aws/restriction': {
    part: 'source-of-truth',
    apply: { d3fend: ['D3-UAP'] },
    undo: { csf: ['RC.RP-02'], d3fend: ['D3-RUAA'] },
  },
  // Deactivated for good: a stolen key is never activated again.
  'aws/access-key': { part: 'source-of-truth', apply: { csf: ['RS.MI-01'], d3fend: ['D3-CR'] } },
  'aws/login-profile': { part: 'source-of-truth', apply: { csf: ['RS.MI-01'], d3fend: ['D3-CR'] } },
  'aws/ssh-public-key': { part: 'source-of-truth', apply: { csf: ['RS.MI-01'], d3fend: ['D3-CR'] } },
  'aws/service-specific-credential': {
    part: 'source-of-truth',
    apply: { csf: ['RS.MI-01'], d3fend: ['D3-CR'] },
  },
  'aws/signing-certificate': { part: 'source-of-truth', apply: { csf: ['RS.MI-01'], d3fend: ['D3-CR'] } },
  // What a thief would come back by: taken away, it ends nothing that is under way.
  'aws/mfa-device': { part: 'source-of-truth', apply: { csf: ['RS.MI-02'], d3fend: ['D3-CR'] } },
  'aws/group-membership': {
    part: 'source-of-truth',
    apply: { csf: ['RS.MI-02'], d3fend: ['D3-UAP'] },
    undo: { csf: ['RC.RP-02'], d3fend: ['D3-RUAA'] },
  },
  'aws/access-key-replacement': {
    part: 'owner',
    apply: { csf: ['RC.RP-02'], nhi: ['NHI7'], d3fend: ['D3-RIC', 'D3-CRO'] },
  },
  // The new value ends the old one where it is taken: cut and brought back in one step.
  'aws/generated-secret': {
    part: 'owner',
    apply: { csf: ['RS.MI-01', 'RC.RP-02'], nhi: ['NHI7'], d3fend: ['D3-CRO'] },
  },
  'aws/native-rotation': {
    part: 'owner',
    apply: { csf: ['RS.MI-01', 'RC.RP-02'], nhi: ['NHI7'], d3fend: ['D3-CRO'] },
  },
  'aws/access-key-deletion': {
    part: 'source-of-truth',
    apply: { csf: ['RS.MI-02'], nhi: ['NHI1'], d3fend: ['D3-CR'] },
  },
  'aws/secret-deletion': {
    part: 'owner',
    apply: { csf: ['RS.MI-02'], nhi: ['NHI1'], d3fend: ['D3-CR'] },
  },
  'aws/compromised-versions': {
    part: 'owner',
    apply: { csf: ['RS.MI-02'], nhi: ['NHI1'], d3fend: ['D3-CR'] },
  },
  'aws/role-quarantine': {
    part: 'source-of-truth',
    apply: { csf: ['RS.MI-01'], d3fend: ['D3-AL', 'D3-UAP'] },
    undo: { csf: ['RC.RP-02'], d3fend: ['D3-ULA', 'D3-RUAA'] },
  },
  'aws/role-inline-quarantine': {
    part: 'source-of-truth',
    apart: true,
    apply: { csf: ['RS.MI-01'], d3fend: ['D3-AL', 'D3-UAP'] },
    undo: { csf: ['RC.RP-02'], d3fend: ['D3-ULA', 'D3-RUAA'] },
  },
  // It works on, and can spread no further.
  'aws/role-restriction': {
    part: 'source-of-truth',
    apply: { d3fend: ['D3-UAP'] },
    undo: { csf: ['RC.RP-02'], d3fend: ['D3-RUAA'] },
  },
  // When it comes off, the sessions that it ended have run out: that restores nothing.
  'aws/role-session-cut-off': {
    part: 'source-of-truth',
    apply: { csf: ['RS.MI-01'], d3fend: ['D3-ST', 'D3-UAP'] },
    undo: {},
  },
  // It keeps from new sessions, and ends none.
  'aws/role-trust-denied': {
    part: 'source-of-truth',
    apply: { d3fend: ['D3-UAP'] },
    undo: { csf: ['RC.RP-02'], d3fend: ['D3-RUAA'] },
  },
  // By itself it ends no session, and so contains nothing: the step that ends them does.
  'postgres/nologin': {
    part: 'source-of-truth',
    apply: { d3fend: ['D3-AL'] },
    undo: { csf: ['RC.RP-02'], d3fend: ['D3-ULA'] },
  },
  'postgres/sessions': { part: 'source-of-truth', apply: { csf: ['RS.MI-01'], d3fend: ['D3-ST'] } },
  'postgres/membership': {
    part: 'source-of-truth',
    apply: { d3fend: ['D3-UAP'] },
    undo: { d3fend: ['D3-RUAA'] },
  },
  'postgres/password': {
    part: 'owner',
    apply: { csf: ['RC.RP-02'], nhi: ['NHI7'], d3fend: ['D3-RIC', 'D3-CRO'] },
  },
};

/** Of what people do by hand, nothing more is known than what it is for. It counts when another person confirmed it. */
export const BY_HAND_OUTCOMES: Readonly<Record<Proposal['phase'], Outcomes>> = {
  containment: { csf: ['RS.MI-01'] },
  recovery: { csf: ['RC.RP-02'] },
  hardening: { csf: ['RC.RP-04'] },
};

/** A kind that is not in the table has no outcomes of its own. */
export function kindOutcomes(kind: string, verb: Proposal['verb']): Outcomes {
  const known = Object.hasOwn(KIND_OUTCOMES, kind) ? KIND_OUTCOMES[kind] : undefined;
  return known?.[verb] ?? {};
}
