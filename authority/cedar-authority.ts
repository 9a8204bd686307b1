// Who may say what, by the policies of a runbook folder: first what holds whatever they say, then the policies.
import { factSchema } from '../domain/detection/detection.schema.ts';
import { type FactName, whyClass } from '../domain/runbook/explain.ts';
import type { Runbook } from '../domain/runbook/runbook.schema.ts';
import type { Bearings } from '../domain/statement/judgement.ts';
import { type Asked, whyNever } from './always.ts';
import type { Authority, Permission } from './authority.ts';
import type { CedarAnswer, PolicySet } from './cedar.ts';
import { requestOf } from './cedar-question.ts';

export interface PoliciesAndRunbook {
  policies: PolicySet;
  /** Its own word on facts, and the parties that there are. */
  runbook: Runbook;
}

export function cedarAuthority({ policies, runbook }: PoliciesAndRunbook): Authority {
  return {
    may(question) {
      const { speaker } = question;
      if (speaker === null) return refused('The directory does not know them: add them to people.yaml.');
      const asked = { ...question, speaker };
      const never = whyNever(asked);
      if (never !== null) return refused(never);
      const facts = factsIn(runbook, question.bearings);
      const answer = policies.ask(requestOf(asked, facts));
      return answer.allowed
        ? { allowed: true, reason: `${speaker.id} may: ${whyIn(answer)}`, by: answer.by }
        : { allowed: false, reason: whyNot(asked, answer, () => others(asked)), by: answer.by };

      /** Parties one of whose people may, were they to ask. */
      function others(about: Asked): string[] {
        return Object.keys(runbook.parties).filter((party) => {
          const somebody = { ...about.speaker, identities: [], parties: [party] };
          return policies.ask(requestOf({ ...about, speaker: somebody }, facts)).allowed;
        });
      }
    },
  };
}

const refused = (reason: string): Permission => ({ allowed: false, reason, by: null });

const whyIn = ({ by }: CedarAnswer): string => by.map(({ id, says }) => says ?? id).join(' ');

function whyNot(asked: Asked, answer: CedarAnswer, others: () => string[]): string {
  const { speaker, message } = asked;
  if (answer.failed !== null)
    return `Nobody may, because authority.cedar could not be evaluated (${answer.failed}): correct that policy.`;
  if (answer.by.length > 0) return `${whyIn(answer)} (${answer.by.map(({ id }) => id).join(', ')})`;
  if (speaker.role !== null) return `Nothing is awaited from ${speaker.id} here.`;
  const parties = others();
  const what = doing(asked);
  return parties.length === 0
    ? `No policy of authority.cedar lets ${speaker.id} ${what}, nor anybody else of one party alone (${message}).`
    : `Only ${parties.join(' or ')} may ${what}; ${speaker.id} is of ${speaker.parties.join(' or ') || 'no party'}.`;
}

/** For people: what it is that they may not. */
function doing({ message, answers, body: { step, add }, bearings }: Asked): string {
  switch (message) {
    case 'assess':
      return 'decide the risk';
    case 'decide':
      return `answer the gate ${bearings.gates.find(({ id }) => id === answers)?.name ?? ''}`;
    case 'acknowledge':
      return 'take this incident';
    case 'handOff':
      return 'hand this incident off';
    case 'attest':
      return step === undefined ? 'say whether the service works' : 'say whether that step is done';
    case 'followUp':
      return add === undefined ? 'say what became of it' : 'add what is left to do';
    case 'note':
      return 'add a note';
    case 'adopt':
      return 'adopt a runbook';
    case 'undo':
      return 'undo steps';
    case 'close':
      return 'close an incident';
    default:
      return `say "${message}"`;
  }
}

const FACTS: readonly string[] = factSchema.shape.fact.options;

/** Each fact that anybody knows, as the class is chosen by it. */
function factsIn(runbook: Runbook, { identity, facts, tags }: Bearings): Partial<Record<FactName, boolean>> {
  const known = whyClass(runbook, { identity, facts, tags }).facts;
  return Object.fromEntries(
    Object.entries(known).flatMap(([fact, { value }]) => (FACTS.includes(fact) ? [[fact, value]] : [])),
  );
}
