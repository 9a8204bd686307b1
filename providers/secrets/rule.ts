// What the owner's executor knows of its own secrets: how a new value is proved, and who has to get it. It comes from the executor's own
// policy and environment: where a new value is sent, no orchestrator has a say.

/** What a rotation tells of: `value` is for whoever must have it, and goes nowhere else. */
export interface News {
  secret: string;
  versionId: string;
  value: string;
}

/** Somebody who does not read the secret by themselves. */
export interface Consumer {
  /** For people and the record; no address that is a secret. */
  readonly name: string;
  /** May be told the same again. Throws `ProviderError`, and never a word of the value or of what was answered. */
  tell(news: News): Promise<void>;
}

/** `works`, or why not in words that hold nothing of the value. Throws `ProviderError` (`retry`) where nobody could say. */
export type Test = (value: string) => Promise<'works' | { not: string }>;

export interface SecretRule {
  /** Name or ARN of the secret. */
  secret: string;
  /** The member of a JSON value that is the credential; null: the value as a whole. */
  field: string | null;
  /** null: custody has no way to prove a value of its own making, so it makes none. */
  test: Test | null;
  consumers: readonly Consumer[];
}

/** AWS puts six letters behind a name in the ARN. */
export const secretNameOf = (secret: string): string =>
  secret.startsWith('arn:')
    ? secret
        .split(':')
        .slice(6)
        .join(':')
        .replace(/-[A-Za-z0-9]{6}$/, '')
    : secret;

/** Two ARNs are the same secret only as a whole: another region may have one of that name. */
const isSame = (a: string, b: string): boolean =>
  a === b || (!(a.startsWith('arn:') && b.startsWith('arn:')) && secretNameOf(a) === secretNameOf(b));

export const ruleFor = (rules: readonly SecretRule[], secret: string): SecretRule | undefined =>
  rules.find((rule) => isSame(rule.secret, secret));

/** Names of those that were told, or null where there is nobody. Told again after a crash: each takes that. */
export async function tellAll(consumers: readonly Consumer[], news: News): Promise<string | null> {
  for (const consumer of consumers) await consumer.tell(news);
  return consumers.length === 0 ? null : consumers.map(({ name }) => name).join(', ');
}
