// A cluster, and the vault behind it, of which a process learns nothing more from one call on: it ends before that call, or after it was
// done and before its answer came.
import type { Cluster } from '../../../providers/postgres/cluster.ts';
import type { SecretStore } from '../../../providers/secrets/secret-store.ts';

/** Stands for a process that ended: no code of the provider may take it for an answer. */
export class Crash extends Error {}

export interface At {
  /** From 1. */
  nth: number;
  when: 'before' | 'after';
}

export function crashing(cluster: Cluster, at?: At): { cluster: Cluster; calls: () => number } {
  let calls = 0;
  const watched =
    <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      calls += 1;
      const here = calls === at?.nth;
      if (here && at.when === 'before') throw new Crash();
      const answer = await call(...args);
      if (here) throw new Crash();
      return answer;
    };
  const store = (one: SecretStore): SecretStore => ({
    name: one.name,
    look: watched(() => one.look()),
    read: watched((version) => one.read(version)),
    putPending: watched((version, value) => one.putPending(version, value)),
    dropPending: watched((version) => one.dropPending(version)),
    makeCurrent: watched((version, current) => one.makeCurrent(version, current)),
    markCompromised: watched((version) => one.markCompromised(version)),
  });
  return {
    calls: () => calls,
    cluster: {
      name: cluster.name,
      secret: (secretId) => store(cluster.secret(secretId)),
      secretRules: cluster.secretRules,
      ask: <Row>(...args: Parameters<Cluster['ask']>) => watched(() => cluster.ask<Row>(...args))(),
      signIn: watched((role, password) => cluster.signIn(role, password)),
    },
  };
}
