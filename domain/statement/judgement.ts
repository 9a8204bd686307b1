// What the judge (an activity) found about one saying: its form, its proof, and who may. `domain/incident` decides.
import type { Fact, Level } from '../detection/detection.schema.ts';
import type { Identity } from '../identity/identity.ts';
import type { Discovery, GateName, Phase } from '../plan/plan.schema.ts';
import type { IssuerKey } from './issuer-key.schema.ts';
import type { Saying, Statement } from './statement.schema.ts';

export type Assurance = 'told' | 'signed' | 'present';

export interface Speaker {
  /** Id in the directory. */
  id: string;
  parties: string[];
  /** KEYs of identities that are theirs. */
  identities: string[];
  /** For machines; null for people. */
  role: 'orchestrator' | 'executor' | 'checker' | 'detector' | null;
}

export type Judgement =
  | { readable: false; reason: string }
  | {
      readable: true;
      statement: Statement;
      /** As it was said, for the record and the warrant; without a proof what was merely told. null in histories of before. */
      saying: Saying | null;
      proof:
        | {
            holds: true;
            assurance: Assurance;
            kid: string | null;
            /** The identity provider's key, where a login was the proof: kept beside the saying, so that the record verifies later. */
            issuerKey?: IssuerKey;
          }
        | { holds: false; reason: string };
      /** null: the directory does not know them. */
      speaker: Speaker | null;
      authority: { allowed: boolean; reason: string };
    };

/** What the judge must know of the incident to say who may. */
export interface Bearings {
  incident: string;
  firstRun: string;
  /** KEY of the attacked identity. */
  key: string;
  identity: Identity;
  /** Of the runbook; null until the rules are read. */
  class: string | null;
  level: Level;
  phase: Phase;
  drill: boolean;
  /** As alerts, discovery and the SOC say; the runbook's own word comes in where it is judged. */
  facts: Pick<Fact, 'fact' | 'value'>[];
  /** That the identity could not have written itself. */
  tags: NonNullable<Discovery['tags']>;
  holder: string;
  /** The party that custody is being offered to. */
  offeredTo: string | null;
  owner: string | null;
  /** Every party that the class gives something to do: a phase, a gate, a step. */
  parts: string[];
  /** Who may approve the act alone. */
  breakGlass: string[];
  /** Who may ask that what was done is undone. */
  undo: string[];
  /** The gate that the saying answers, if it is open. */
  gates: {
    id: string;
    name: GateName;
    parties: string[];
    /** An approval that nobody proved counts there. */
    told?: boolean;
  }[];
  /** Steps of the approved plan that people do: the party that acts, and the one that confirms. */
  byHand: { step: string; parties: string[] }[];
  /** What is left to do, and whose it is. */
  followUps: { id: string; party: string }[];
  /** Executors and checkers whose results are awaited. */
  machines: string[];
}
