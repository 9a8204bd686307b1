// Scenes of a role of PostgreSQL whose password is stolen, while a service and the thief are at work.
import path from 'node:path';
import type { Strategy } from '../../domain/plan/plan.schema.ts';
import { writeFile } from 'node:fs/promises';
import { courseFor } from '../providers/postgres/course.ts';
import {
  type Application,
  CLUSTER,
  type Estate,
  loginAs,
  type Login,
  type Session,
} from '../providers/postgres/estate.ts';
import { postgresProvider } from '../../providers/postgres/provider.ts';
import { awsEnvironment, impatient } from './identity-scenes.ts';
import type { PostgresProxy } from './postgres-proxy.ts';
import { begun, type Ground, type Hands, type Scene, takenBy } from './scene.ts';
import { valuesIn, versionsIn } from './versions.ts';

/** The proxies before the cluster and before its vault. */
export interface Through extends Pick<PostgresProxy, 'host' | 'port' | 'cut'> {
  endpoint: string;
}

const REFUSED = ['28000', '28P01', '57P01', 'connection lost'];
const refused = (answer: string): string => (REFUSED.includes(answer) ? 'refused' : answer);

/** A service that opens a session with what its secret says, and another one once that says something else. */
function service(estate: Estate, application: Application) {
  let open: { session: Session; login: Login } | null = null;
  const close = async () => {
    await open?.session.close().catch(() => {});
    open = null;
  };
  return {
    close,
    async work(): Promise<string> {
      const { username, password } = await estate.secretOf(application);
      const reads = () => open?.session.try(`SELECT * FROM ${application.table}`) ?? 'not open';
      const isItself = open?.login.username === username && open.login.password === password;
      if (isItself && (await reads()) === 'ok') return 'ok';
      const session = await estate.session({ username, password }, 'orders-service');
      await close();
      open = { session, login: { username, password } };
      return reads();
    },
  };
}

export function clusterScenesOf(estate: Estate, ground: Ground, through: Through, safe: string) {
  const { wire } = ground;

  return async function role(strategy: Strategy, hands: Hands): Promise<Scene> {
    const pair = strategy === 'replace-then-cut';
    const application = await estate.application({ pair });
    const { role: stolen, secretId, table } = application;
    const running = service(estate, application);
    await running.work();
    const thief = await estate.session(stolen, 'psql');
    const as = (worker: Parameters<Estate['cluster']>[0]) =>
      postgresProvider(estate.cluster(worker, { ...through, vault: impatient }));
    const workers = { cut: as('custody_cut'), issue: as('custody_issue'), check: as('custody_check') };
    const discover = () => courseFor(application, workers, { strategy });
    const course = await begun(wire, discover);
    const folder = path.join(ground.folder, secretId);
    const { password, vault } = estate.workers.custody_issue;
    const file = path.join(safe, 'custody_issue');
    await writeFile(file, password, { mode: 0o600 });
    const process = {
      ...awsEnvironment(through.endpoint, vault),
      CUSTODY_POSTGRES: `postgres://custody_issue@${through.host}:${through.port}/postgres`,
      CUSTODY_POSTGRES_PASSWORD_FILE: file,
    };
    const isOld = (value: string) => value.includes(stolen.password);
    return {
      plan: course.plan,
      discovery: course.discovery,
      discover,
      take: takenBy(ground, hands, folder, course, {
        provider: 'postgres',
        accounts: [CLUSTER],
        environment: { identity: process, owner: process },
      }),
      async see(step) {
        const seen = await course.see(step);
        await workers.check.waysIn(course.plan);
        return seen;
      },
      // Where a service has to come with the new password first.
      isSeenByUse: ({ kind, verb, target }) =>
        (kind === 'postgres/password' && target['alternate'] !== undefined) ||
        (kind === 'postgres/nologin' && verb === 'undo'),
      own: [stolen.username, ...(pair ? [stolen.username.replace(/_a$/, '_b')] : []), secretId],
      work: running.work,
      later: () => {},
      thief: async () => [
        refused(await thief.try(`SELECT * FROM ${table}`)),
        refused(await loginAs(estate, stolen)),
      ],
      async standing() {
        const current = await estate.secretOf(application);
        return {
          service: await running.work().catch((error: Error) => error.name),
          worksAs: current.username === stolen.username ? 'the role itself' : 'the other one',
          current: await loginAs(estate, current),
          old: await loginAs(estate, stolen),
          versions: await versionsIn(estate.secrets, secretId, isOld),
        };
      },
      deletes: {},
      secrets: async () => [
        ...(await valuesIn(estate.secrets, secretId)).map((value) => (JSON.parse(value) as Login).password),
        password,
        vault.secretAccessKey,
      ],
      folder,
      async end() {
        await running.close();
        await thief.close().catch(() => {});
        through.cut();
      },
    };
  };
}
