// What a process is told by its environment, read once at its start. Loud about everything that is missing, and never about values.
import path from 'node:path';

export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The names that each role needs, with what they are for. */
const NEEDS = {
  orchestrator: {
    CUSTODY_RUNBOOK: 'the folder with runbook.yaml and people.yaml',
    CUSTODY_RECORDS: 'the folder of the record store',
    CUSTODY_AUDIT: 'the file of its audit log',
    CUSTODY_KEY: "the file of the orchestrator's own key (custody key new)",
  },
  executor: {
    CUSTODY_POLICY: "the folder with the executor's own policy.yaml and people.yaml",
    CUSTODY_SIGNERS:
      'the file that names who may sign that folder (signers.yaml); or the word none, to take it unsigned',
    CUSTODY_STATE: "a folder of the executor's own, for what it must not forget",
    CUSTODY_AUDIT: 'the file of its audit log',
    CUSTODY_KEY: "the file of the executor's own key (custody key new)",
  },
  checker: {
    CUSTODY_ACCOUNT:
      'the twelve digits of the account that it looks at; several, with commas between, where CUSTODY_AWS_ROLE is set; where CUSTODY_POSTGRES is set, the name that the runbook gives the cluster',
    CUSTODY_KEY: "the file of the checker's own key (custody key new)",
  },
  'plan show': {
    CUSTODY_RUNBOOK: 'the folder with runbook.yaml and people.yaml',
    CUSTODY_ACCOUNT: 'the twelve digits of the account to look at; several, as for a checker',
  },
  readiness: {
    CUSTODY_RUNBOOK: 'the folder with runbook.yaml and people.yaml',
    CUSTODY_ACCOUNT:
      'the twelve digits of the account to look at; several, or a cluster of PostgreSQL, as for a checker',
  },
  notifier: {
    CUSTODY_NOTICES:
      'the file that notices are appended to, one JSON a line; or, instead, CUSTODY_NOTIFIER: a notices.yaml with channels and people',
  },
} as const;

export type Role = keyof typeof NEEDS;

export const ROLES = Object.keys(NEEDS) as Role[];

/** Throws `ConfigurationError` with all that is missing at once. Paths are made absolute. */
export function configured<R extends Role>(
  role: R,
  environment: Environment,
): Record<keyof (typeof NEEDS)[R], string> {
  const needs: Readonly<Record<string, string>> = NEEDS[role];
  const missing = Object.keys(needs).filter((name) => (environment[name] ?? '').trim() === '');
  if (missing.length > 0) {
    const lines = missing.map((name) => `  ${name}: ${needs[name]}`);
    const who = role === 'plan show' || role === 'readiness' ? `custody ${role}` : `The ${role}`;
    throw new ConfigurationError(`${who} needs to know:\n${lines.join('\n')}`);
  }
  const values = Object.keys(needs).map((name) => [
    name,
    valueOf(name, environment[name] ?? '', environment),
  ]);
  return Object.fromEntries(values) as Record<keyof (typeof NEEDS)[R], string>;
}

/** A checker of a cluster of PostgreSQL. */
export const isOfPostgres = ({ CUSTODY_POSTGRES }: Environment): boolean =>
  (CUSTODY_POSTGRES ?? '').trim() !== '';

function valueOf(name: string, value: string, environment: Environment): string {
  if (name === 'CUSTODY_SIGNERS' && value.trim() === 'none') return 'none';
  if (name !== 'CUSTODY_ACCOUNT') return path.resolve(value.trim());
  if (isOfPostgres(environment)) return value.trim();
  const accounts = value.split(',').map((account) => account.trim());
  if (!accounts.every((account) => /^\d{12}$/.test(account)))
    throw new ConfigurationError(
      'CUSTODY_ACCOUNT must be the twelve digits of an AWS account, or of several with commas between.',
    );
  return accounts.join(',');
}
