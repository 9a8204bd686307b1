// What was said by people: first the checks, in their order, then what each message does.
import { NOT_READ_YET } from './refused-by-rules.ts';
import type { Judgement } from '../statement/judgement.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { acknowledge, handOff } from './answer-custody.ts';
import { assess } from './answer-assess.ts';
import { attest } from './answer-attest.ts';
import { followUp } from './answer-follow-up.ts';
import { closeIt, vote } from './answer-gates.ts';
import { undo } from './answer-undo.ts';
import { pause } from './answer-weakening.ts';
import type { Answered, Deciding } from './decision.ts';
import { saidKey } from './evolve/said.ts';
import { checks, firstRefusal, type Readable } from './said-checks.ts';
import { whoSaid } from './speaking.ts';

export function decideSaid(
  deciding: Deciding,
  message: string,
  digest: string | null,
  judgement: Judgement,
): Answered {
  const { incident, now } = deciding;
  if (!judgement.readable)
    return refuse(deciding, message, refusal('malformed', judgement.reason), null, digest);
  const { statement, proof } = judgement;
  if (!proof.holds) return refuse(deciding, message, refusal('badProof', proof.reason), null, digest);
  const before = incident.said[saidKey(statement.person, statement.jti)];
  if (before !== undefined && proof.assurance !== 'told') return before.answer;
  if (incident.outcome !== 'open')
    return refuse(deciding, message, refusal('closed', 'This incident is closed.'), judgement, digest);
  const refused =
    firstRefusal(checks, incident, judgement, now) ??
    ACTS[statement.message as keyof typeof ACTS](deciding, judgement);
  if (refused !== null) return refuse(deciding, message, refused, judgement, digest);
  const kept = deciding.incident.said[saidKey(statement.person, statement.jti)]?.answer;
  return kept ?? { accepted: true, says: 'Recorded.', seq: deciding.incident.seq };
}

/** A refusal is an event too; with a proof that held, a repetition will get the same. */
export function refuse(
  deciding: Deciding,
  message: string,
  why: Refusal,
  said: Readable | null,
  digest: string | null,
): Answered {
  const proven = said !== null && said.proof.holds && said.proof.assurance !== 'told';
  deciding.add('refused', {
    message: message.slice(0, 64),
    ...why,
    person: said?.statement.person ?? null,
    digest,
    jti: proven ? said.statement.jti : null,
    exp: proven ? said.statement.exp : null,
  });
  return { accepted: false, ...why };
}

type Act = (deciding: Deciding, said: Readable) => Refusal | null;

const ACTS: Record<
  | 'assess'
  | 'acknowledge'
  | 'handOff'
  | 'decide'
  | 'attest'
  | 'followUp'
  | 'note'
  | 'pause'
  | 'adopt'
  | 'undo'
  | 'close',
  Act
> = {
  assess,
  acknowledge,
  handOff,
  decide: vote,
  attest,
  followUp,
  note: (deciding, said) => {
    deciding.add('noted', { ...whoSaid(said), text: (said.statement.body as Body<'note'>).text });
    return null;
  },
  pause,
  adopt,
  undo,
  close: closeIt,
};

function adopt(deciding: Deciding, said: Readable): Refusal | null {
  const { runbook, reason } = said.statement.body as Body<'adopt'>;
  const { rules } = deciding.incident;
  if (rules === null) return NOT_READ_YET;
  if (rules.runbook === runbook) return refusal('notNow', 'It goes by this runbook already.');
  deciding.add('adopted', { ...whoSaid(said), runbook, reason });
  return null;
}
