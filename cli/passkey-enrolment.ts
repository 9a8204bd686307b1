// Makes a passkey in the browser and takes out of the answer what people.yaml keeps of it.
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { encodeBytes } from '../domain/encoding/base64url.ts';
import { instant } from '../domain/instant/instant.ts';
import type { NewPasskey, Passkey, RelyingParty } from '../domain/runbook/passkey.schema.ts';
import { CliFailure } from './failure.ts';
import { askedOnPage, localOrigin } from './passkey-page.ts';
import type { Terminal } from './terminal.ts';

/** COSE numbers of ES256, EdDSA and RS256. */
const ALGORITHMS = [-7, -8, -257];

export interface Enrolling {
  person: string;
  site: RelyingParty;
  /** What they have: an authenticator that holds one of these makes no second. */
  had: readonly Passkey[];
}

export async function addedPasskey(
  terminal: Terminal,
  { person, site, had }: Enrolling,
): Promise<NewPasskey> {
  const options = await generateRegistrationOptions({
    rpName: 'custody',
    rpID: site.rpId,
    userName: person,
    attestationType: 'none',
    excludeCredentials: had.map(({ id }) => ({ id })),
    authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
    supportedAlgorithmIDs: ALGORITHMS,
  });
  const answer = await askedOnPage(terminal, localOrigin(site.origins), {
    does: 'make',
    shown: [`A passkey of ${person}, to sign answers to incidents.`],
    options,
  });
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: answer as RegistrationResponseJSON,
    expectedChallenge: options.challenge,
    expectedOrigin: site.origins,
    expectedRPID: site.rpId,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch((error: unknown) => {
    throw new CliFailure(
      'notSigned',
      'What the browser sent is no passkey of this site. Nothing was added.',
      {
        cause: error,
      },
    );
  });
  if (!verified || registrationInfo === undefined)
    throw new CliFailure('notSigned', 'The passkey could not be verified. Nothing was added.');
  const { id, publicKey, counter } = registrationInfo.credential;
  // Statements count whole seconds.
  const addedAt = instant(Math.floor(terminal.now().getTime() / 1_000) * 1_000);
  return { id, publicKey: encodeBytes(publicKey), counter, addedAt };
}
