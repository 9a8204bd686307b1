// With which identity providers' keys the logins of a record are verified when no provider is asked: those that executors signed into
// their results, which fetched them themselves; where no executor needed the login, the one that the record names beside it.
import { calculateJwkThumbprint } from 'jose';
import { canonical } from '../../domain/encoding/canonical.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import type { IssuerKey, ProvingKey } from '../../domain/statement/issuer-key.schema.ts';
import { provenBy } from '../proof.ts';
import type { IssuerKeys } from '../proof/issuer-keys.ts';
import { provingKeysIn } from '../warrant/proving.ts';
import type { EventLine } from './line.schema.ts';
import { sayingsIn } from './sayings.ts';

/** From every result in the record that an executor of this directory signed. */
export async function signedKeysIn(
  events: readonly EventLine[],
  directory: Directory,
): Promise<ProvingKey[]> {
  const keys: ProvingKey[] = [];
  for (const { type, at, data } of events) {
    if (type !== 'stepApplied') continue;
    for (const { saying, direct } of sayingsIn(data)) {
      if (!direct || saying.proof?.type !== 'key') continue;
      const proof = await provenBy(saying, directory, at);
      if (proof.holds && proof.speaker.role === 'executor') keys.push(...provingKeysIn(proof));
    }
  }
  return keys;
}

/** All that say something of one login must agree. `told`: what the record itself names beside it. */
export const recordedKeys = (signed: readonly ProvingKey[], told: IssuerKey | null): IssuerKeys => ({
  keyOf({ issuer, kid, digest }) {
    const said = [
      ...signed.filter((key) => key.proves.includes(digest)),
      ...(told === null ? [] : [told]),
    ].filter((key) => key.issuer === issuer && key.jwk.kid === kid);
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

/** For the reader, about a key that no executor vouches for. */
export async function restsOnTheRecord({ issuer, jwk }: IssuerKey): Promise<string> {
  const thumbprint = await calculateJwkThumbprint({ ...jwk, alg: jwk.alg ?? '' });
  return `Logins that no executor verified rest on a key of ${issuer} that the record alone names: compare its thumbprint ${thumbprint} with the provider's.`;
}
