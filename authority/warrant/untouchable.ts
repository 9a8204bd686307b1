// Whom an executor never acts on, whoever asks for it: those that its own policy protects, and itself.
import { isOfOne } from '../../domain/identity/identity.ts';
import type { Untouchable } from '../../domain/provider/provider.ts';
import { fits } from '../../domain/runbook/pattern.ts';
import type { ExecutorPolicy } from '../policy.schema.ts';

/** The pattern by which it is protected. AWS does not tell names apart by their case. */
export const protecting = (policy: Pick<ExecutorPolicy, 'protected'>, key: string): string | undefined =>
  policy.protected.find((pattern) => fits(pattern.toLowerCase(), key.toLowerCase()));

/** Whoever can have the executor cut itself has it stop everywhere. */
export const isItself = (self: readonly string[], key: string): boolean =>
  self.some((one) => isOfOne(key, one));

/** Of these KEYs, as an order about them would be refused. */
export const untouchableOf = (
  keys: readonly string[],
  { policy, self }: { policy: Pick<ExecutorPolicy, 'protected'>; self: readonly string[] },
): Untouchable[] =>
  keys.flatMap((key) => {
    const pattern = protecting(policy, key);
    if (pattern !== undefined) return [{ key, why: `its own policy.yaml protects it (${pattern})` }];
    return isItself(self, key) ? [{ key, why: 'it is this executor itself' }] : [];
  });
