// Where a verifier takes identity providers' keys from. Handed in by whoever needs a proof: nobody takes them from the one who sent it.
import type { IssuerJwk, ProvingKey } from '../../domain/statement/issuer-key.schema.ts';

export interface AskedKey {
  issuer: string;
  kid: string;
  /** Digest of the statement that it is to prove. */
  digest: string;
}

export type FoundKey = { jwk: IssuerJwk } | { none: string };

export interface IssuerKeys {
  /** Never throws: where it cannot be had, it says why. */
  keyOf(asked: AskedKey): Promise<FoundKey>;
}

export const noIssuerKeys: IssuerKeys = {
  keyOf: ({ issuer }) => Promise.resolve({ none: `No keys of ${issuer} are at hand to verify this login.` }),
};

/**
 * First what was kept when the same statement was verified before, by whoever verifies now: a provider that has changed its keys since,
 * or is down, takes nobody's answer back. What was kept for one statement proves no other.
 */
export const keptFirst = (kept: readonly ProvingKey[], otherwise: IssuerKeys): IssuerKeys => ({
  keyOf(asked) {
    const found = kept.find(
      ({ issuer, jwk, proves }) =>
        issuer === asked.issuer && jwk.kid === asked.kid && proves.includes(asked.digest),
    );
    return found === undefined ? otherwise.keyOf(asked) : Promise.resolve({ jwk: found.jwk });
  },
});
