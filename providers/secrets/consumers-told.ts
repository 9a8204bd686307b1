// After a rotation, those who do not read the secret by themselves get what the owner's executor knows that they need. Repeated with the step.
import type { Evidence } from '../../domain/provider/provider.ts';
import type { Rotated } from './rotation.ts';
import { ruleFor, type SecretRule, tellAll } from './rule.ts';

/** `rules`: whatever plane the credential is of. Evidence of who was told; empty where the executor's policy names nobody. */
export async function tellConsumers(
  rules: readonly SecretRule[],
  secretId: string,
  { version }: Rotated,
): Promise<Evidence> {
  const consumers = ruleFor(rules, secretId)?.consumers ?? [];
  const told = await tellAll(consumers, { secret: secretId, versionId: version.id, value: version.value });
  return told === null ? {} : { told: told.slice(0, 2_000) };
}
