// With which identity providers' keys the logins of a record are verified when no provider is asked: those that executors, which
// fetched them themselves, signed into the results of their own steps; where none needed the login, the one that the record names
// beside it.
import { calculateJwkThumbprint } from 'jose';
import { canonical, hashOf } from '../../domain/encoding/canonical.ts';
import { type Plan, planSchema } from '../../domain/plan/plan.schema.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import type { IssuerKey, ProvingKey } from '../../domain/statement/issuer-key.schema.ts';
import type { Statement } from '../../domain/statement/statement.schema.ts';
import { type Proven, provenBy } from '../proof.ts';
import type { IssuerKeys } from '../proof/issuer-keys.ts';
import { provingKeysIn } from '../warrant/proving.ts';
import type { Data } from './compare.ts';
import type { EventLine } from './line.schema.ts';
import { sayingsIn } from './sayings.ts';

/** A key that an executor signed into the result of a step of its own. */
export interface Voucher extends ProvingKey {
  /** Id of the executor. */
  by: string;
  /** The result: it vouches for what was said of the same plan of the same incident, and of nothing else. */
  result: Statement;
}

/** From every result in the record that an executor of this directory signed, of a step that an approved plan gives it. */
export async function signedKeysIn(events: readonly EventLine[], directory: Directory): Promise<Voucher[]> {
  const keys: Voucher[] = [];
  const plans = approvedPlansIn(events);
  for (const { type, at, data } of events) {
    if (type !== 'stepApplied') continue;
    for (const { saying, direct } of sayingsIn(data)) {
      if (!direct || saying.proof?.type !== 'key') continue;
      const proof = await provenBy(saying, directory, at);
      if (!proof.holds || proof.speaker.role !== 'executor' || !isOfItsOwnStep(proof, plans)) continue;
      const { speaker, statement: result } = proof;
      keys.push(...provingKeysIn(proof).map((key) => ({ ...key, by: speaker.id, result })));
    }
  }
  return keys;
}

/** By hash. The lines that show and approve them are verified in their turn. */
function approvedPlansIn(events: readonly EventLine[]): Map<string, Plan> {
  const linesOf = (type: string): Data[] => events.filter((one) => one.type === type).map(({ data }) => data);
  const approved = new Set(linesOf('planApproved').map(({ plan }) => plan));
  for (const { plan } of linesOf('undoApproved')) approved.add(plan);
  const plans = new Map<string, Plan>();
  for (const { plans: shown } of [...linesOf('plansMade'), { plans: linesOf('undoPlanned') }]) {
    for (const one of Array.isArray(shown) ? (shown as unknown[]) : []) {
      const plan = planSchema.safeParse((one as { plan?: unknown } | null)?.plan);
      const hash = plan.success ? hashOf(plan.data) : null;
      if (plan.success && hash !== null && approved.has(hash)) plans.set(hash, plan.data);
    }
  }
  return plans;
}

/** Any other executor has no business with these logins: nobody ordered anything of it by them. */
function isOfItsOwnStep({ statement, speaker }: Proven, plans: ReadonlyMap<string, Plan>): boolean {
  const plan = plans.get(statement.plan ?? '');
  return (
    plan?.steps.some(({ id, executor }) => id === statement.body.step && executor === speaker.id) === true
  );
}

/** Those that say something of this login. */
export const vouchersFor = (said: Statement, digest: string, signed: readonly Voucher[]): Voucher[] =>
  signed.filter(
    ({ proves, result }) =>
      proves.includes(digest) &&
      result.incident === said.incident &&
      result.firstRun === said.firstRun &&
      result.plan === said.plan,
  );

/** All that say something of one login must agree. `signed`: its vouchers. `told`: what the record itself names beside it. */
export const recordedKeys = (signed: readonly Voucher[], told: IssuerKey | null): IssuerKeys => ({
  keyOf({ issuer, kid }) {
    const said = [...signed, ...(told === null ? [] : [told])].filter(
      (key) => key.issuer === issuer && key.jwk.kid === kid,
    );
    const [first] = said;
    if (first === undefined)
      return Promise.resolve({ none: `the record keeps no key ${kid} of ${issuer} to verify this login by` });
    const agreed = said.every(({ jwk }) => canonical(jwk) === canonical(first.jwk));
    return Promise.resolve(
      agreed
        ? { jwk: first.jwk }
        : { none: `the key of ${issuer} that an executor signed is not the one that the record names` },
    );
  },
});

/** For the reader, who can ask the provider: on which key logins rest, and on whose word. */
export async function restsOn({ issuer, jwk }: IssuerKey, vouchers: readonly Voucher[]): Promise<string> {
  const thumbprint = await calculateJwkThumbprint({ ...jwk, alg: jwk.alg ?? '' });
  const compare = `compare its thumbprint ${thumbprint} with the provider's.`;
  const by = [...new Set(vouchers.map((one) => one.by))].sort().join(' and ');
  return by === ''
    ? `Logins that no executor verified rest on a key of ${issuer} that the record alone names: ${compare}`
    : `Logins rest on a key of ${issuer} that ${by} vouched for: ${compare}`;
}
