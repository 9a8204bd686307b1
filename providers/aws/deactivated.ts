// What the kinds that deactivate a credential of a user have in common: it is read, set to Inactive, and read back. There is no way
// back: a compromised credential is never activated again. How it is listed and set, each kind's own file says.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { impossible, isMissing } from './errors.ts';
import { named, userNameOf } from './target.ts';
import { DEAD } from './ways-in.ts';

export interface Deactivated {
  kind: string;
  /** The field of the step's target that names the credential. */
  idField: string;
  /** `SSH key` */
  inWords: string;
  permissions: { read: readonly string[]; write: string };
  /** Those of the user, whatever their state. */
  list(userName: string): Promise<{ id: string; status: string }[]>;
  deactivate(userName: string, id: string): Promise<unknown>;
}

export const deactivatedKind = (aws: Aws, how: Deactivated): CredentialKind => {
  const { kind, idField, inWords, permissions } = how;
  /** undefined: it does not exist, nor may the user. */
  const statusOf = async (userName: string, id: string): Promise<string | undefined> => {
    try {
      return (await how.list(userName)).find((one) => one.id === id)?.status;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };

  return {
    kind,
    reversibility: 'replace-only',
    permissions: {
      apply: [...permissions.read, permissions.write],
      undo: [],
      check: [...permissions.read],
    },

    async apply(act) {
      const userName = userNameOf(aws, act);
      const id = named(act.step, idField);
      const evidence = { [idField]: id };
      const status = await statusOf(userName, id);
      if (status === undefined || DEAD.includes(status)) return { wasSo: true, evidence };
      try {
        await how.deactivate(userName, id);
      } catch (error) {
        // Deleted between the read and the write: deader than asked for.
        if (!isMissing(error)) throw error;
        return { wasSo: true, evidence };
      }
      return { wasSo: false, evidence };
    },

    watch: 'check',

    async undo() {
      throw impossible(
        `A compromised credential is never activated again. Whoever needs it makes a new ${inWords}.`,
      );
    },

    async check({ plan, step }) {
      const userName = userNameOf(aws, { plan, step });
      const id = named(step, idField);
      const status = await statusOf(userName, id);
      if (status === undefined) return { holds: true, saw: `The ${inWords} ${id} does not exist any more.` };
      return { holds: DEAD.includes(status), saw: `The ${inWords} ${id} is ${status}.` };
    },
  };
};
