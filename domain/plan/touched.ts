// Whom a step acts on: the identity of its plan and, where it names another role that the thief may have become, that one. What must
// not be touched must not be touched by such a step either. Pure.
import { type Identity, isOfOne, keyOf } from '../identity/identity.ts';
import type { Step } from './plan.schema.ts';

export function touchedBy(identity: Identity, { target }: Pick<Step, 'target'>): Identity[] {
  const { roleName } = target;
  if (identity.provider !== 'aws' || roleName === undefined) return [identity];
  const role = { provider: 'aws', account: identity.account, kind: 'iam-role', reference: roleName };
  return isOfOne(keyOf(role), keyOf(identity)) ? [identity] : [identity, role];
}
