// Who may say what: authority as a port, and the built-in table behind it. Pure. It does not judge proofs, gates, plans or time.
import { SOC } from '../domain/runbook/resolve.ts';
import type { Assurance, Bearings, Speaker } from '../domain/statement/judgement.ts';
import type { MachineMessage, Message, Statement } from '../domain/statement/statement.schema.ts';

export interface Question {
  message: Message | MachineMessage;
  /** The hold, gate or order that it answers. */
  answers: string | null;
  /** Its content, of the message's own shape. */
  body: Statement['body'];
  /** null: the directory does not know them. */
  speaker: Speaker | null;
  assurance: Assurance;
  bearings: Bearings;
}

export interface Permission {
  allowed: boolean;
  /** For people: why, and who may. */
  reason: string;
}

export interface Authority {
  may(question: Question): Permission;
}

type Asked = Question & { speaker: Speaker };
/** Why not, or null. */
type Check = (asked: Asked) => string | null;

const anyOf =
  (parties: readonly (string | null)[], what: string): Check =>
  ({ speaker }) =>
    parties.some((party) => party !== null && speaker.parties.includes(party))
      ? null
      : `Only ${inWords(parties)} may ${what}; ${speaker.id} is of ${inWords(speaker.parties)}.`;

/** One row a message: who may say it to an incident with these bearings. */
const rows: Readonly<Record<Message | MachineMessage, Check>> = {
  assess: anyOf([SOC], 'decide the risk'),
  decide: (asked) => {
    const gate = asked.bearings.gates.find(({ id }) => id === asked.answers);
    return gate === undefined
      ? `The gate ${asked.answers ?? '(none named)'} is not open, so nobody may answer it.`
      : anyOf(gate.parties, `answer the gate ${gate.name}`)(asked);
  },
  acknowledge: (asked) =>
    anyOf([asked.bearings.holder, asked.bearings.offeredTo], 'take this incident')(asked),
  handOff: (asked) => anyOf([asked.bearings.holder, SOC], 'hand this incident off')(asked),
  attest: (asked) => (asked.body.step === undefined ? ofTheService(asked) : ofAStepByHand(asked)),
  followUp: (asked) => (asked.body.add === undefined ? endsAFollowUp(asked) : null),
  note: () => null,
  close: anyOf([SOC], 'close an incident'),
  pause: (asked) => anyOf([asked.bearings.holder, SOC], 'pause')(asked),
  adopt: (asked) => anyOf([asked.bearings.holder, SOC], 'adopt a runbook')(asked),
  undo: (asked) => anyOf([asked.bearings.holder, SOC], 'undo steps')(asked),
  applied: machine('executor'),
  checked: machine('checker'),
  discovered: machine('checker'),
  sealed: () => 'A seal closes the record; it is not said to an incident.',
};

/** Where nobody is known to own it, the SOC has to find out whether what used it works. */
function ofTheService(asked: Asked): string | null {
  return anyOf([asked.bearings.owner ?? SOC], 'say whether the service works')(asked);
}

function ofAStepByHand(asked: Asked): string | null {
  const { step } = asked.body;
  const byHand = asked.bearings.byHand.find((one) => one.step === step);
  return byHand === undefined
    ? `${String(step)} is no step of the approved plan that people do, so nobody says that it is done. See the plan: custody plan show.`
    : anyOf(byHand.parties, `say whether step ${byHand.step} is done`)(asked);
}

function endsAFollowUp(asked: Asked): string | null {
  const { holder, followUps } = asked.bearings;
  const left = followUps.find(({ id }) => id === asked.body.id);
  return left === undefined
    ? `${String(asked.body.id)} is not left to do here. See what is: custody show.`
    : anyOf([left.party, holder, SOC], `say what became of ${left.id}`)(asked);
}

function machine(role: 'executor' | 'checker'): Check {
  return ({ speaker, bearings, message }) => {
    if (speaker.role !== role)
      return `Only an executor or checker says "${message}", each about its own; ${speaker.id} is no ${role}.`;
    return bearings.machines.includes(speaker.id) ? null : `Nothing is awaited from ${speaker.id} here.`;
  };
}

const MACHINE_SAYS: readonly string[] = ['applied', 'checked', 'discovered', 'sealed'];
/** Words that weaken nothing when somebody else said them. */
const TOLD_IS_ENOUGH: readonly string[] = ['acknowledge', 'note'];

const speaksAsWhatTheyAre: Check = ({ speaker, message }) =>
  (speaker.role !== null) === MACHINE_SAYS.includes(message)
    ? null
    : `"${message}" is said by ${speaker.role === null ? 'machines' : 'people'} only.`;

/** A note answers nothing: whoever it is about may still say what they know. */
const notAboutThemselves: Check = ({ speaker, bearings, message }) =>
  message !== 'note' && speaker.identities.includes(bearings.key)
    ? `This incident is about ${speaker.id}'s own identity: nobody answers about themselves.`
    : null;

const provenEnough: Check = ({ assurance, message }) =>
  assurance !== 'told' || TOLD_IS_ENOUGH.includes(message)
    ? null
    : `"${message}" needs a proof: sign it with your key (the CLI does). Told is enough only to acknowledge and to note.`;

const inTheTable: Check = (asked) => rows[asked.message](asked);

/** First refusal wins; the table comes last. */
export const authorityChecks: readonly Check[] = [
  speaksAsWhatTheyAre,
  notAboutThemselves,
  provenEnough,
  inTheTable,
];

export const builtInAuthority: Authority = {
  may(question) {
    const { speaker } = question;
    if (speaker === null)
      return { allowed: false, reason: 'The directory does not know them: add them to people.yaml.' };
    for (const check of authorityChecks) {
      const reason = check({ ...question, speaker });
      if (reason !== null) return { allowed: false, reason };
    }
    return { allowed: true, reason: `${speaker.id} may: ${inWords(speaker.parties)}.` };
  },
};

function inWords(parties: readonly (string | null)[]): string {
  const named = [...new Set(parties.filter((party) => party !== null))];
  return named.length === 0 ? 'no party' : named.join(' or ');
}
