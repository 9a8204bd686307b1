// How a process signs what it did or saw. Injected: activities hold no keys.
import type { MachineMessage, Saying } from '../domain/statement/statement.schema.ts';

export type Speak = (said: {
  message: MachineMessage;
  incident: string;
  firstRun: string;
  /** Id of the order or request. */
  answers: string | null;
  plan: string | null;
  body: Record<string, unknown>;
}) => Promise<Saying>;
