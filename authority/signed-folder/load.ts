// A policy folder that is only taken where it is signed, and remembered so that nobody goes back behind it.
import type { Instant } from '../../domain/instant/instant.ts';
import { PolicyError } from '../policy-error.ts';
import { keepAccepted, lastAccepted } from './accepted.ts';
import { SIGNATURES_FILE, signaturesIn } from './signatures.ts';
import { loadSigners } from './signers.ts';
import { type FolderToVerify, verifyFolder } from './verify.ts';

export interface Pinned {
  /** signers.yaml: not in the folder that it is about. */
  signers: string;
  /** The process's own state folder. */
  state: string;
  now: () => Instant;
}

/** `load` reads the folder. Throws `PolicyError`, also where it is not signed as it must be; `StateError`. */
export async function loadSigned<F extends { hash: string }>(
  folder: string,
  load: (folder: string) => Promise<F>,
  { signers, state, now }: Pinned,
): Promise<F> {
  const loaded = await load(folder);
  const { hash } = loaded;
  const [by, last] = [await loadSigners(signers), await lastAccepted(state)];
  const { serial } = await verifiedSignatures(folder, { hash, signers: by, last, at: now() });
  await keepAccepted(state, { serial, hash });
  return loaded;
}

/** Throws `PolicyError` that names the check. */
export async function verifiedSignatures(
  folder: string,
  asked: Omit<FolderToVerify, 'signatures'>,
): Promise<{ serial: number; by: string[] }> {
  const verdict = await verifyFolder({ ...asked, signatures: await signaturesIn(folder) });
  if (verdict.ok) return { serial: verdict.serial, by: verdict.by };
  const says = `${verdict.reason} (${verdict.check})`;
  throw new PolicyError(folder, [{ file: SIGNATURES_FILE, line: 1, column: 1, says }]);
}
