// Rotation of a secret in four steps, whatever kind of credential it holds: create, set, test, finish. Each begins with what it finds, so
// that it may be cut short after any call and repeated. Values live in local variables here and nowhere else.
import { ProviderError } from '../../domain/provider/provider.ts';
import type { SecretStore, SecretVersion } from './secret-store.ts';

export interface Stored extends SecretVersion {
  value: string;
}

export interface Held {
  /** The secret's full name in its store. */
  reference: string;
  current: Stored;
  /** Where it stands on another version than the current one; null as `stored`: it has no value. */
  pending: { id: string; stored: Stored | null } | null;
  /** Every version that a stage names and that has a value. */
  versions: readonly Stored[];
}

export interface Created {
  versionId: string;
  /** The whole value, with whatever else its owner keeps beside the credential. */
  value: string;
  /** Takes back what was made, where the store plainly refuses it: it would be an orphan. */
  forget?(): Promise<void>;
}

/** What a kind of credential adds. All may be called again after any of their calls, and `create` only where `made` found nothing. */
export interface Rotation {
  /** What an earlier attempt made and stored, whatever stage it has now; removes what such an attempt left behind. */
  made(held: Held): Promise<Stored | null>;
  /** Whether a pending version is this rotation's own, though what it holds may be gone since. */
  isOurs(pending: { id: string; value: string | null }): boolean;
  /** Throws `ProviderError` where no new credential may be made or given out now. */
  requireSafe(held: Held): Promise<void>;
  create(held: Held): Promise<Created>;
  /** Makes whoever will be asked for it accept the new one. */
  set(made: Stored, held: Held): Promise<void>;
  /** Throws where the new one does not work: it is given to nobody then. */
  test(made: Stored): Promise<void>;
  /** Whether whoever stole the credential may know this version. Never asked about the new one. */
  isCompromised(version: Stored): boolean;
}

export interface Rotated {
  reference: string;
  version: Stored;
  /** Readers got it already. */
  wasSo: boolean;
}

export async function rotate(store: SecretStore, rotation: Rotation): Promise<Rotated> {
  const held = await heldBy(store);
  const { reference } = held;
  const before = await rotation.made(held);
  if (before?.current === true) {
    // What waits was begun since ours is given out: it replaces it.
    await markOthers(store, rotation, given(held), before);
    return { reference, version: before, wasSo: true };
  }
  await rotation.requireSafe(held);
  const made = before ?? (await createdIn(store, rotation, held));
  if (made.compromised) {
    throw new ProviderError(
      'impossible',
      `The version ${made.id} of the secret ${store.name} is marked as compromised, so it is not given to its readers: make a new plan.`,
    );
  }
  await rotation.set(made, held);
  await rotation.test(made);
  // Before it is given out: at no moment is there an unmarked one that somebody could take for a way back.
  await markOthers(store, rotation, held, made);
  await store.makeCurrent(made.id, held.current.id);
  return { reference, version: made, wasSo: false };
}

async function heldBy(store: SecretStore): Promise<Held> {
  const secret = await store.look();
  if (secret === null) {
    throw new ProviderError(
      'impossible',
      `The secret ${store.name} does not exist in this account and region: correct it in the runbook.`,
    );
  }
  const { reference, versions } = secret;
  const stored: Stored[] = [];
  for (const version of versions) {
    const value = await store.read(version.id);
    // A stage may stand on a version that has no value yet: a rotation that was left unfinished.
    if (value !== null) stored.push({ ...version, value });
  }
  const current = stored.find((one) => one.current);
  if (current === undefined) {
    throw new ProviderError(
      'impossible',
      `The secret ${store.name} has no current value that is text, so custody cannot rotate it: replace it by hand, or name the right secret in the runbook.`,
    );
  }
  const pending = versions.find((one) => one.pending && !one.current);
  return {
    reference,
    current,
    pending:
      pending === undefined
        ? null
        : { id: pending.id, stored: stored.find((one) => one.id === pending.id) ?? null },
    versions: stored,
  };
}

async function createdIn(store: SecretStore, rotation: Rotation, held: Held): Promise<Stored> {
  requireNoOther(store, rotation, held);
  const { versionId, value, forget } = await rotation.create(held);
  try {
    await store.putPending(versionId, value);
  } catch (error) {
    // Plainly refused: nothing was stored. Without an answer it may have been.
    if (error instanceof ProviderError && error.sort !== 'retry') await forget?.();
    throw error;
  }
  return { id: versionId, value, current: false, pending: true, compromised: false };
}

/** A pending version that is not ours belongs to a rotation of somebody else, which ours would break, and the other way round. */
function requireNoOther({ name }: SecretStore, rotation: Rotation, { pending }: Held): void {
  if (pending === null) return;
  if (rotation.isOurs({ id: pending.id, value: pending.stored?.value ?? null })) return;
  throw new ProviderError(
    'impossible',
    `Another rotation of the secret ${name} is under way or was left unfinished (AWSPENDING stands on version ${pending.id}): finish it, or take that stage off, then order the step again.`,
  );
}

const given = (held: Held): Held => ({ ...held, versions: held.versions.filter((one) => !one.pending) });

async function markOthers(store: SecretStore, rotation: Rotation, held: Held, made: Stored): Promise<void> {
  for (const version of held.versions) {
    if (version.id === made.id || version.compromised || !rotation.isCompromised(version)) continue;
    await store.markCompromised(version.id);
  }
}
