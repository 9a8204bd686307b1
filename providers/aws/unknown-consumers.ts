// Readers of a secret that no row of its owner names: whoever they are, nobody will tell them that it has changed. Pure.
import type { Consumer } from '../../domain/consumer/consumer.schema.ts';
import type { Finding } from '../../domain/plan/plan.schema.ts';
import { matches } from './wildcard.ts';

/** As many as people can look at; who else reads it stands among the consumers. */
const MOST = 10;

/** `readers`: principals as the resource policy names them. The account itself only delegates to policies of its own. */
export const unknownConsumers = (
  secretId: string,
  account: string,
  readers: readonly string[],
  consumers: readonly Consumer[],
): Finding[] =>
  readers
    .filter((reader) => !isAccount(reader, account))
    .filter((reader) => !consumers.some(({ as }) => as !== undefined && matches(as, reader)))
    .slice(0, MOST)
    .map((reader) => ({
      kind: 'unknown-consumer',
      says: `The secret ${secretId} may be read by ${reader} (secretsmanager:GetResourcePolicy), whom no consumer of the runbook stands for: find out who that is, tell them of the new version, and name them in its owners row, or take them out of the policy.`.slice(
        0,
        500,
      ),
      part: 'owner',
    }));

const isAccount = (reader: string, account: string): boolean =>
  reader === account || (reader.endsWith(':root') && reader.split(':')[4] === account);
