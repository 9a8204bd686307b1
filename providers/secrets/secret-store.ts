// The port of a place where credentials lie: one secret with versions, of which readers get one. Adapters stand with their planes.
// A value that is read here stays in the activity that reads it.

export interface SecretVersion {
  id: string;
  /** What readers of the secret get. */
  current: boolean;
  /** New, and not given out yet. */
  pending: boolean;
  /** Marked by custody: whoever stole the credential may know this value, so readers must not get it again. */
  compromised: boolean;
}

export interface Secret {
  /** Its full name in the store: an ARN. */
  reference: string;
  /** Those that a stage names. */
  versions: readonly SecretVersion[];
}

export interface SecretStore {
  /** As people know the secret. */
  readonly name: string;
  /** Metadata alone. null: there is no such secret. */
  look(): Promise<Secret | null>;
  /** Also of a version that no stage names any more. null: it does not exist, or has no value yet. */
  read(versionId: string): Promise<string | null>;
  /**
   * Stores a value that no reader gets yet. `versionId`: 32 to 64 characters. The same value may be stored again under the same id; what another
   * attempt has stored there meanwhile is left, and a `retry` is thrown.
   */
  putPending(versionId: string, value: string): Promise<void>;
  /** Takes the pending stage off a version. */
  dropPending(versionId: string): Promise<void>;
  /** From here on readers get `versionId` in place of `current`. */
  makeCurrent(versionId: string, current: string): Promise<void>;
  /** It stays readable by whoever names it, and on record as what must not come back. May be repeated. */
  markCompromised(versionId: string): Promise<void>;
}
