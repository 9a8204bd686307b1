// Whether a person or a workload stands behind a user. Pure. The two do not exclude each other: a person's key may sit in a script,
// so what is not plain either way is left unknown.
import type { Fact } from '../../domain/detection/detection.schema.ts';
import { epochMs, type Instant } from '../../domain/instant/instant.ts';
import type { LastUse } from './users.ts';

/** A use longer ago than this says nothing about today. */
const RECENT_MS = 90 * 86_400_000;

export interface Signs {
  consolePassword: boolean;
  /** null: could not be read. */
  mfaDevices: number | null;
  passwordUsedAt: Instant | null;
  /** Every way in but the console password. */
  programmatic: number;
  keys: readonly { id: string; use: LastUse | null }[];
}

export function personOrWorkload(signs: Signs, now: Instant): Fact[] {
  const human = humanFact(signs, now);
  const workload = workloadFact(signs, human?.value ?? null, now);
  return [human, workload].filter((fact) => fact !== null);
}

const isRecent = (at: Instant | null, now: Instant): at is Instant =>
  at !== null && epochMs(now) - epochMs(at) <= RECENT_MS;

function humanFact({ consolePassword, mfaDevices, passwordUsedAt }: Signs, now: Instant): Fact | null {
  const say = (value: boolean, evidence: string): Fact => ({ fact: 'human', value, evidence });
  if (consolePassword) {
    const used = passwordUsedAt === null ? 'no use of it on record' : `last used at ${passwordUsedAt}`;
    return say(true, `iam:GetLoginProfile, iam:GetUser: has a console password, ${used}`);
  }
  if (mfaDevices !== null && mfaDevices > 0) {
    return say(true, `iam:ListMFADevices: has ${mfaDevices} MFA ${mfaDevices === 1 ? 'device' : 'devices'}`);
  }
  if (isRecent(passwordUsedAt, now)) {
    return say(true, `iam:GetUser: a console password, gone by now, was used at ${passwordUsedAt}`);
  }
  if (mfaDevices === null || passwordUsedAt !== null) return null;
  return say(
    false,
    'iam:GetLoginProfile, iam:ListMFADevices, iam:GetUser: no console password, no MFA device, no console use on record',
  );
}

function workloadFact({ keys, programmatic }: Signs, human: boolean | null, now: Instant): Fact | null {
  const say = (value: boolean, evidence: string): Fact => ({ fact: 'workload', value, evidence });
  if (programmatic === 0) {
    return say(
      false,
      'iam:ListAccessKeys and the lists of other credentials: nothing that a program could use',
    );
  }
  if (human !== false) return null;
  const [last] = keys
    .filter(({ use }) => use !== null && isRecent(use.at, now))
    .toSorted((a, b) => (b.use?.at ?? '').localeCompare(a.use?.at ?? ''));
  if (last?.use == null) return null;
  return say(
    true,
    `iam:GetAccessKeyLastUsed: no sign of a person, and the key ${last.id} was last used ${usedInWords(last.use)}`,
  );
}

/** `at 2026-11-24T03:12:00.000Z for s3 in eu-central-1` */
export function usedInWords(use: LastUse): string {
  const what = usedForInWords(use);
  return `at ${use.at ?? 'no known time'}${what === null ? '' : ` for ${what}`}`;
}

/** `s3 in eu-central-1`; null where AWS does not say. */
export const usedForInWords = ({ service, region }: LastUse): string | null =>
  service === null ? null : `${service}${region === null ? '' : ` in ${region}`}`;
