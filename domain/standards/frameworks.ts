// The frameworks that custody names outcomes of, one row each, with edition and rights. A new framework is one file and one row here.
import { AI_RMF, type AiRmfId } from './ai-rmf.ts';
import { ATTACK, type AttackId } from './attack.ts';
import { CSF, type CsfId } from './csf.ts';
import { D3FEND, type D3fendId } from './d3fend.ts';
import { OWASP_NHI, type NhiId } from './owasp-nhi.ts';

/** What a fact, a gate, a line or a step has to do with each framework. */
export interface Outcomes {
  csf?: readonly CsfId[];
  nhi?: readonly NhiId[];
  aiRmf?: readonly AiRmfId[];
  d3fend?: readonly D3fendId[];
  attack?: readonly AttackId[];
}

export type FrameworkName = keyof Outcomes;

export interface Framework {
  title: string;
  edition: string;
  rights: string;
  /** Wording by id, in the order in which they are shown. */
  says: Readonly<Record<string, string>>;
}

export const FRAMEWORKS: Readonly<Record<FrameworkName, Framework>> = {
  csf: {
    title: 'NIST Cybersecurity Framework',
    edition: '2.0',
    rights: 'NIST CSWP 29; a work of the United States government, not subject to copyright there',
    says: CSF,
  },
  nhi: {
    title: 'OWASP Non-Human Identities Top 10',
    edition: '2025',
    rights: '© OWASP Foundation, CC BY-SA 4.0; ids and titles',
    says: OWASP_NHI,
  },
  aiRmf: {
    title: 'NIST AI Risk Management Framework',
    edition: '1.0',
    rights: 'NIST AI 100-1; a work of the United States government, not subject to copyright there',
    says: AI_RMF,
  },
  d3fend: {
    title: 'MITRE D3FEND',
    edition: '1.2.0',
    rights: '© The MITRE Corporation, MIT licence; ids and names',
    says: D3FEND,
  },
  attack: {
    title: 'MITRE ATT&CK',
    edition: '19.2',
    rights:
      '© The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation; ids and names',
    says: ATTACK,
  },
};

export const FRAMEWORK_NAMES = Object.keys(FRAMEWORKS) as FrameworkName[];

export interface Outcome {
  framework: FrameworkName;
  id: string;
}

export const listed = (outcomes: Outcomes): Outcome[] =>
  FRAMEWORK_NAMES.flatMap((framework) => (outcomes[framework] ?? []).map((id) => ({ framework, id })));

/** Whom an incident, or a class, is about. Unknown is not human and no agent. */
export interface About {
  human: boolean;
  agent: boolean;
}

/** A risk of non-human identities is no risk of a person's, and what is asked of agents is asked of agents alone. */
export const applies = ({ framework }: Outcome, { human, agent }: About): boolean =>
  (framework !== 'nhi' || !human) && (framework !== 'aiRmf' || agent);

/** In the order of the tables. */
export function inOrder<T extends Outcome>(outcomes: readonly T[]): T[] {
  const place = ({ framework, id }: Outcome) =>
    FRAMEWORK_NAMES.indexOf(framework) * 1_000 + Object.keys(FRAMEWORKS[framework].says).indexOf(id);
  return [...outcomes].sort((a, b) => place(a) - place(b));
}
