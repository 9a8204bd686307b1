// A cluster of PostgreSQL as a platform team sets it up by docs/postgres.md, step by step: its SQL files, its policies, its environment.
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { keyOf } from '../../domain/identity/identity.ts';
import type { Plane, PlaneWorker } from '../../local/demo/plane.ts';
import { awsOf } from '../../local/demo/stage.ts';
import { fences, page } from '../docs/page.ts';
import { type Application, CLUSTER, type Estate, type Worker } from '../providers/postgres/estate.ts';

const guide = page('docs/postgres.md');
const policies = fences(guide, 'yaml');
const [alert = ''] = fences(guide, 'json');

/** As the page shows it. */
function policyOf(executor: string): string {
  const found = policies.map(unindented).find((text) => text.startsWith(`# ${executor}\n`));
  if (found === undefined) throw new Error(`docs/postgres.md shows no policy of ${executor}`);
  return found;
}

const unindented = (text: string): string => text.replaceAll(/^ {3}/gm, '');

/** The page's alert, about this role. */
export const alertAbout = ({ role }: Application): Record<string, unknown> => ({
  ...(parse(alert) as Record<string, unknown>),
  sourceId: `case-${role.username}`,
  identityRef: role.username,
});

export const identityOf = ({ role }: Application) => ({
  provider: 'postgres',
  account: CLUSTER,
  kind: 'role',
  reference: role.username,
});

/** `folder`: where the workers' passwords lie. */
export async function ordersDb(
  { server, workers }: Estate,
  endpoint: string,
  folder: string,
  applications: readonly Application[],
): Promise<Plane> {
  const env = async (role: Worker, vault: boolean): Promise<Record<string, string>> => {
    const file = path.join(folder, role);
    await writeFile(file, `${workers[role].password}\n`);
    await chmod(file, 0o600);
    return {
      CUSTODY_POSTGRES: `postgres://${role}@${server.host}:${server.port}/postgres`,
      CUSTODY_POSTGRES_PASSWORD_FILE: file,
      ...(vault ? awsOf(endpoint, workers[role].vault) : {}),
    };
  };
  const executor = async (
    machine: string,
    party: string,
    role: Worker,
    vault: boolean,
  ): Promise<PlaneWorker> => ({
    machine,
    role: 'executor',
    party,
    policy: policyOf(machine),
    env: await env(role, vault),
  });
  return {
    workers: [
      await executor('platform-orders-db', 'platform', 'custody_cut', false),
      await executor('owner-orders-db', 'service-owner', 'custody_issue', true),
      {
        machine: 'orders-db',
        role: 'checker',
        env: { ...(await env('custody_check', true)), CUSTODY_ACCOUNT: CLUSTER },
      },
    ],
    owners: applications.map((application) => ({
      identity: keyOf(identityOf(application)),
      party: 'service-owner',
      secret: application.secretId,
      facts: { workload: true },
    })),
  };
}
