// Who owns an identity: by the runbook's patterns, by tags that the identity could not have written itself, by the SOC's word where
// the runbook has none. Pure; where two rows name different parties it takes neither's side.
import type { Consumer } from '../consumer/consumer.schema.ts';
import type { Discovery } from '../plan/plan.schema.ts';
import { fits } from './pattern.ts';
import type { Runbook } from './runbook.schema.ts';

export interface OwnersRow {
  /** Place in the runbook's `owners`, from 0. */
  index: number;
  /** Its pattern; null for a row by tag. */
  identity: string | null;
  tag: { key: string; value: string } | null;
  party: string;
  secret: string | null;
  consumers: Consumer[];
  compromisedVersions: 'keep' | 'let-go';
  retireSecret: number | null;
}

type Tags = NonNullable<Discovery['tags']>;

/** The first row whose pattern fits the key, then the first whose tag the identity has. */
export function ownersRows({ owners }: Pick<Runbook, 'owners'>, key: string, tags: Tags): OwnersRow[] {
  const byPattern = owners.findIndex(({ identity }) => identity !== undefined && fits(identity, key));
  const byTag = owners.findIndex(({ tag }) => tag !== undefined && has(tags, tag));
  return [byPattern, byTag].flatMap((index) => {
    const row = owners[index];
    if (row === undefined) return [];
    const {
      identity = null,
      tag = null,
      party,
      secret = null,
      consumers = [],
      compromisedVersions = 'keep',
      retireSecret = null,
    } = row;
    return [{ index, identity, tag, party, secret, consumers, compromisedVersions, retireSecret }];
  });
}

/** Whoever stole the key must not choose who speaks for it. */
const has = (tags: Tags, { key, value }: { key: string; value: string }): boolean =>
  tags.some((tag) => tag.key === key && tag.value === value && !tag.writable);

export interface Ownership {
  /** null: nobody is known to own it, or more than one claims it. */
  owner: string | null;
  /** The parties that rows name, where they differ. */
  claims: string[];
  /** Where that owner keeps the credential: never where another's row says. */
  secret: string | null;
  /** Those that its own rows name. */
  consumers: Consumer[];
  /** One of its own rows says that versions that hold the stolen credential are let go. */
  letsGo: boolean;
  /** Days in which the secret can be restored, where no new credential is to come; null: one is. */
  retireSecretDays: number | null;
}

/** `named`: the party that the SOC named. It counts where the rows say nothing or differ. */
export function ownership(rows: readonly OwnersRow[], named: string | null): Ownership {
  const parties = [...new Set(rows.map(({ party }) => party))];
  const owner = parties.length === 1 ? (parties[0] ?? null) : named;
  return {
    owner,
    claims: parties.length > 1 ? parties : [],
    secret: rows.find(({ party, secret }) => party === owner && secret !== null)?.secret ?? null,
    retireSecretDays:
      rows.find((row) => row.party === owner && row.retireSecret !== null)?.retireSecret ?? null,
    consumers: rows.filter(({ party }) => party === owner).flatMap(({ consumers }) => consumers),
    letsGo: rows.some(
      ({ party, compromisedVersions }) => party === owner && compromisedVersions === 'let-go',
    ),
  };
}
