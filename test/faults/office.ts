// Who stands behind the orders that executors take here: people with keys, machines with theirs, and each executor's own folder, ledger
// and environment on the disk.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { newKey, openKey, type SigningKey, writeKey } from '../../authority/keys.ts';
import type { ExecutorPolicy, SecretPolicy } from '../../authority/policy.schema.ts';
import { say, type ToSay } from '../../authority/sign.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { instant } from '../../domain/instant/instant.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { Evidence } from '../../domain/provider/provider.ts';
import { type Directory, directorySchema } from '../../domain/runbook/runbook.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';

const PEOPLE = { sam: 'soc', ivo: 'identity', olga: 'service-owner' } as const;
const MACHINES = {
  identity: { role: 'executor', party: 'identity' },
  owner: { role: 'executor', party: 'service-owner' },
} as const;

export type Machine = keyof typeof MACHINES;
type Name = keyof typeof PEOPLE | Machine;

export interface Office {
  directory: Directory;
  keys: Record<Name, SigningKey>;
  /** Key files of machines. */
  files: Record<Machine, string>;
  /** What must never be seen anywhere. */
  secrets: string[];
}

/** `safe`: a folder that nobody looks for secrets in. */
export async function newOffice(safe: string): Promise<Office> {
  const names = [...Object.keys(PEOPLE), ...Object.keys(MACHINES)] as Name[];
  const made = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await newKey(name)] as const)),
  ) as Record<Name, Awaited<ReturnType<typeof newKey>>>;
  const of = <N extends string, T>(all: readonly N[], value: (name: N) => T) =>
    Object.fromEntries(all.map((name) => [name, value(name)]));
  const files = { identity: path.join(safe, 'identity'), owner: path.join(safe, 'owner') };
  for (const machine of ['identity', 'owner'] as const) await writeKey(files[machine], made[machine].content);
  return {
    files,
    directory: directorySchema.parse({
      people: of(Object.keys(PEOPLE) as (keyof typeof PEOPLE)[], (name) => ({
        name,
        parties: [PEOPLE[name]],
        keys: [made[name].entry],
      })),
      machines: of(Object.keys(MACHINES) as Machine[], (name) => ({
        ...MACHINES[name],
        keys: [made[name].entry],
      })),
    }),
    keys: Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await openKey(made[name].content)])),
    ) as Office['keys'],
    secrets: names.map((name) => (JSON.parse(made[name].content) as { jwk: { d: string } }).jwk.d),
  };
}

interface Own extends Pick<ExecutorPolicy, 'provider' | 'accounts' | 'kinds'> {
  secrets?: SecretPolicy[];
}

/** Writes its policy folder; the environment that its process is started with. */
export async function moveIn(
  { directory, files }: Office,
  machine: Machine,
  folder: string,
  own: Own,
): Promise<Record<string, string>> {
  const at = (name: string) => path.join(folder, name);
  const policy = {
    version: 1,
    executor: machine,
    ...own,
    gates: {
      act: { quorum: 2, parties: ['soc', 'identity'] },
      irreversible: { quorum: 2, parties: ['identity', 'service-owner'] },
    },
  };
  await mkdir(at('policy'), { recursive: true });
  const written = (value: unknown) => stringify(value, { aliasDuplicateObjects: false });
  await writeFile(at('policy/policy.yaml'), written(policy));
  await writeFile(at('policy/people.yaml'), written(directory));
  return {
    CUSTODY_POLICY: at('policy'),
    CUSTODY_SIGNERS: 'none',
    CUSTODY_STATE: at('state'),
    CUSTODY_AUDIT: at('audit.jsonl'),
    CUSTODY_KEY: files[machine],
  };
}

/** Everything that the step rests on is signed by whoever it is due from: what the steps before it said, and people's votes. */
export async function orderOf(
  { keys }: Office,
  plan: Plan,
  step: Step,
  { evidence, orderedAt }: { evidence: Readonly<Record<string, Evidence>>; orderedAt: string },
): Promise<Order> {
  const { incident, firstRun } = plan;
  const saying = (name: Name, message: ToSay['message'], answers: string | null, body: object) =>
    say({
      key: keys[name],
      incident,
      firstRun,
      message,
      answers,
      plan: hashOf(plan),
      body: { ...body },
      now: instant(Date.now()),
      validForMs: 3_600_000,
    });
  const voters = step.gate === 'irreversible' ? (['ivo', 'olga'] as const) : (['sam', 'ivo'] as const);
  const before = plan.steps.filter(({ id }) => evidence[id] !== undefined);
  const applied = ({ id, executor }: Step): Promise<Saying> =>
    saying(executor as Machine, 'applied', `order-${id}`, {
      step: id,
      at: orderedAt,
      wasSo: false,
      evidence: evidence[id] ?? {},
    });
  const attested =
    step.reversibility === 'irreversible'
      ? [saying('olga', 'attest', null, { verdict: 'works', reason: 'the jobs run' })]
      : [];
  return {
    id: `order-${step.id}`,
    incident,
    firstRun,
    plan,
    step: step.id,
    decisions: await Promise.all(
      voters.map((name) => saying(name, 'decide', `${step.gate}-1`, { verdict: 'approve' })),
    ),
    results: await Promise.all([...before.map(applied), ...attested]),
    head: '0'.repeat(64),
    orderedAt,
  };
}

/** What an executor signed that it did. */
export const saidIn = ({ statement }: Saying): { wasSo: boolean; evidence: Evidence } =>
  (
    JSON.parse(Buffer.from(statement, 'base64url').toString()) as {
      body: { wasSo: boolean; evidence: Evidence };
    }
  ).body;
