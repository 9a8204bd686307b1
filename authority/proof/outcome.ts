// What came of looking at one proof, whatever its type.
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import type { Instant } from '../../domain/instant/instant.ts';
import type { IssuerKey } from '../../domain/statement/issuer-key.schema.ts';
import type { Assurance, Speaker } from '../../domain/statement/judgement.ts';
import type { Statement } from '../../domain/statement/statement.schema.ts';
import type { Member } from '../speaker.ts';
import type { IssuerKeys } from './issuer-keys.ts';

export interface Proven {
  holds: true;
  statement: Statement;
  speaker: Speaker;
  /** Of the key, of the identity provider's key, or the passkey's id. */
  kid: string;
  assurance: Assurance;
  /** The identity provider's key, where a login was the proof. */
  issuerKey: IssuerKey | null;
}

export type Proof = Proven | { holds: false; reason: string };

export const failed = (reason: string): { holds: false; reason: string } => ({ holds: false, reason });

/** One statement that was read, by somebody whom the directory knows; its proof is still to be looked at. */
export interface ToProve {
  /** The statement as it travelled: base64url. */
  text: string;
  statement: Statement;
  member: Member;
  directory: Directory;
  /** When it is judged. */
  at: Instant;
  issuerKeys: IssuerKeys;
}
