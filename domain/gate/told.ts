// Where an approval that nobody proved counts: at the act, where the runbook says so, for a plan that only puts on what can be taken off.
// Never where something weakens, lifts, ends or cannot be undone.
import type { Plan, Step } from '../plan/plan.schema.ts';
import type { Statement } from '../statement/statement.schema.ts';
import type { Gate } from './gate.ts';

/** A step that a told approval may let through. */
export const canBeTaken = ({
  gate,
  verb,
  reversibility,
}: Pick<Step, 'gate' | 'verb' | 'reversibility'>): boolean =>
  gate === 'act' && verb === 'apply' && reversibility === 'reversible';

export const takesTold = (
  { name, rule }: Pick<Gate, 'name' | 'rule'>,
  plan: Pick<Plan, 'steps'> | undefined,
): boolean =>
  name === 'act' &&
  rule.assurance === 'told' &&
  plan !== undefined &&
  plan.steps.filter(({ gate }) => gate === 'act').every(canBeTaken);

/** To say no, to take back and to break the glass are proven everywhere. */
export const isPlainApproval = ({ message, body }: Pick<Statement, 'message' | 'body'>): boolean =>
  message === 'decide' && body['verdict'] === 'approve' && body['breakGlass'] !== true;
