// Who may say what: authority as a port. It does not judge proofs, gates, plans or time.
import type { Assurance, Bearings, Speaker } from '../domain/statement/judgement.ts';
import type {
  ApartMessage,
  MachineMessage,
  Message,
  Statement,
} from '../domain/statement/statement.schema.ts';

export interface Question {
  message: Message | MachineMessage | ApartMessage;
  /** The hold, gate or order that it answers. */
  answers: string | null;
  /** Its content, of the message's own shape. */
  body: Statement['body'];
  /** null: the directory does not know them. */
  speaker: Speaker | null;
  assurance: Assurance;
  bearings: Bearings;
}

/** A policy that decided. */
export interface Deciding {
  /** Its @id. */
  id: string;
  effect: 'permit' | 'forbid';
  /** Its @says, for people; null where it says nothing. */
  says: string | null;
}

export interface Permission {
  allowed: boolean;
  /** For people: why, and who may. */
  reason: string;
  /** Policies that allowed or forbade it; empty where none allows it, null where it was settled before any was asked. */
  by: Deciding[] | null;
}

export interface Authority {
  may(question: Question): Permission;
}
