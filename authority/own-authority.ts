// Whose approval an executor takes, by the policies of its own authority.cedar: asked beside its policy.yaml, never instead of it.
import { keyOf } from '../domain/identity/identity.ts';
import type { Plan, Step } from '../domain/plan/plan.schema.ts';
import type { Assurance, Speaker } from '../domain/statement/judgement.ts';
import type { PolicySet } from './cedar.ts';
import { identityAttribute, personOrMachine } from './cedar-question.ts';

export interface Approval {
  /** `approve.act`: the verdict, and the gate that it is given at. */
  action: 'approve.act' | 'approve.irreversible' | 'approve.undo' | 'breakGlass.act';
  speaker: Speaker;
  assurance: Assurance;
  plan: Pick<Plan, 'incident' | 'identity' | 'class' | 'strategy'>;
  step: Pick<Step, 'kind' | 'verb' | 'phase' | 'reversibility'>;
}

export interface OwnAuthority {
  /** Why this approval does not count here, or null. */
  whyNot(approval: Approval): string | null;
}

export const ownAuthority = (policies: PolicySet): OwnAuthority => ({
  whyNot({ action, speaker, assurance, plan, step }) {
    const principal = { type: 'Person', id: speaker.id };
    const resource = { type: 'Incident', id: plan.incident };
    const { kind, verb, phase, reversibility } = step;
    const { allowed, by, failed } = policies.ask({
      principal,
      action,
      resource,
      context: { assurance, step: { kind, verb, phase, reversibility } },
      entities: [
        personOrMachine(principal, speaker),
        {
          uid: resource,
          attrs: {
            identity: identityAttribute(plan.identity, keyOf(plan.identity)),
            class: plan.class,
            strategy: plan.strategy,
          },
          parents: [],
        },
      ],
    });
    if (allowed) return null;
    if (failed !== null) return `The own authority.cedar could not be evaluated (${failed}): correct it.`;
    const which = by.map(({ id, says }) => `${id}${says === null ? '' : `: ${says}`}`).join(', ');
    return which === ''
      ? `No policy of the own authority.cedar lets ${speaker.id} ${action} here.`
      : `The own authority.cedar forbids ${speaker.id} ${action} here (${which}).`;
  },
});
