// What an executor's own policy says of its owner's secrets, with the tokens that its environment has. Loud about what is missing, and never
// about values.
import type { SecretPolicy } from '../authority/policy.schema.ts';
import { commandTest } from '../providers/secrets/command-test.ts';
import { githubActions } from '../providers/secrets/github-actions.ts';
import { httpTest } from '../providers/secrets/http-test.ts';
import type { Consumer, SecretRule, Test } from '../providers/secrets/rule.ts';
import { rotationWebhook } from '../providers/secrets/webhook.ts';
import { ConfigurationError, type Environment } from './configuration.ts';

/** Throws `ConfigurationError` where the environment lacks what the policy names. */
export const secretRulesOf = (
  secrets: readonly SecretPolicy[] | undefined,
  environment: Environment,
): SecretRule[] =>
  (secrets ?? []).map(({ secret, field = null, test, consumers }) => ({
    secret,
    field,
    test: test === undefined ? null : testOf(test),
    consumers: consumers.map((one) => consumerOf(one, environment)),
  }));

const testOf = (test: NonNullable<SecretPolicy['test']>): Test =>
  'command' in test ? commandTest(test.command) : httpTest(test);

function consumerOf(consumer: SecretPolicy['consumers'][number], environment: Environment): Consumer {
  if ('githubActions' in consumer) {
    const { tokenFrom, field = null, ...at } = consumer.githubActions;
    return githubActions({ ...at, field, token: valueOf(tokenFrom, environment) });
  }
  const { name, url, urlFrom, secretFrom } = consumer.webhook;
  const secret = valueOf(secretFrom, environment);
  try {
    return rotationWebhook({ name, url: url ?? valueOf(urlFrom ?? '', environment), secret });
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    // The library's own words might quote it.
    throw new ConfigurationError(`${secretFrom} is no secret of a webhook: whsec_ and base64.`);
  }
}

function valueOf(variable: string, environment: Environment): string {
  const value = (environment[variable] ?? '').trim();
  if (value !== '') return value;
  throw new ConfigurationError(
    `The executor's policy.yaml takes a secret from ${variable}, which is not set: set it for this process.`,
  );
}
