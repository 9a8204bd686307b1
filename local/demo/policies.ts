// The demo's policy folders: the default runbook with other clocks and the demo's identities, and what each executor allows itself.
// Nothing but clocks and names differs from what a real installation would begin with.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { ExecutorPolicy } from '../../authority/policy.schema.ts';
import { keyOf } from '../../domain/identity/identity.ts';
import { type Runbook, runbookSchema } from '../../domain/runbook/runbook.schema.ts';
import { type Hand, kindsOf } from '../../providers/aws/kinds.ts';
import { checkout } from '../checkout.mjs';
import { ACCOUNT, type Workload } from './estate.ts';
import type { Plane } from './plane.ts';
import { allRows } from './rows.ts';
import type { Machine } from './staff.ts';

export interface Clocks {
  /** Of triage, which is where nobody answers at first. */
  acknowledge: string;
  /** When the SOC is told again, and when its lead is paged. */
  rungs: readonly [string, string];
  propagation: string;
  again: string;
}

/** Fast enough to watch: the lead is paged after six seconds. */
export const HURRIED: Clocks = { acknowledge: '30s', rungs: ['3s', '6s'], propagation: '3s', again: '2s' };

/** For somebody who reads, thinks and types. */
export const UNHURRIED: Clocks = { acknowledge: '3m', rungs: ['20s', '60s'], propagation: '3s', again: '2s' };

/** What stands in two places would become an alias, which is refused. */
const WRITTEN_OUT = { aliasDuplicateObjects: false };

export async function demoRunbook(
  clocks: Clocks,
  workloads: readonly Workload[],
  mode: 'observe' | 'ask',
  planes: readonly Plane[] = [],
): Promise<string> {
  const text = await readFile(path.join(checkout, 'runbooks', 'default', 'runbook.yaml'), 'utf8');
  const book = runbookSchema.parse(parse(planes.length === 0 ? text : allRows(text)));
  const first = book.ladders['first-response'];
  if (first === undefined) throw new Error('the default runbook has no ladder "first-response"');
  const made: Runbook = {
    ...book,
    name: 'demo',
    propagation: Object.fromEntries(
      Object.keys(book.propagation).map((provider) => [provider, clocks.propagation]),
    ),
    orders: { ...book.orders, again: clocks.again },
    ladders: {
      ...book.ladders,
      'first-response': {
        ...first,
        rungs: first.rungs.map((rung, i) => ({ ...rung, after: clocks.rungs[i] ?? rung.after })),
      },
    },
    classes: book.classes.map((one) => ({
      ...one,
      mode,
      clocks: { ...one.clocks, triage: { ...one.clocks.triage, acknowledge: clocks.acknowledge } },
    })),
    owners: [
      ...workloads.map(({ user, secretArn }) => ({
        identity: keyOf({ provider: 'aws', account: ACCOUNT, kind: 'iam-user', reference: user }),
        party: 'service-owner',
        secret: secretArn,
        facts: { ciCd: true, workload: true },
      })),
      ...planes.flatMap(({ owners }) => owners),
    ],
  };
  return stringify(made, WRITTEN_OUT);
}

/** Who may say what: as it is shipped. */
export const shippedPolicies = (): Promise<string> =>
  readFile(path.join(checkout, 'runbooks', 'default', 'authority.cedar'), 'utf8');

export type Executor = Extract<Machine, 'identity-aws' | 'owner-aws'>;

/** What each one's hand is for. */
const HANDS: Record<Executor, Hand> = { 'identity-aws': 'cuts', 'owner-aws': 'issues' };

export const EXECUTORS = Object.keys(HANDS) as Executor[];

/** Whoever may turn out to own an identity; the SOC where nobody does. */
const OWNERS = ['service-owner', 'platform', 'soc'];

export function executorPolicy(executor: Executor): string {
  const policy: ExecutorPolicy = {
    version: 1,
    executor,
    provider: 'aws',
    accounts: [ACCOUNT],
    kinds: kindsOf(HANDS[executor]),
    gates: {
      act: { quorum: 2, parties: ['soc', 'identity'] },
      irreversible: { quorum: 2, parties: ['identity', OWNERS] },
    },
    attest: { parties: OWNERS },
    breakGlass: { parties: ['soc', 'identity'] },
    protected: ['aws/*/iam-user/custody-*'],
  };
  return stringify(policy, WRITTEN_OUT);
}
