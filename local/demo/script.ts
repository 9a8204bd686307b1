// Who says what next, and why: what the people of the demo would type, from what an incident shows. Pure. It knows nothing that
// a person in front of `custody show` would not know.
import { shortHash } from '../../cli/screen/plan.ts';
import type { GateView, IncidentView } from '../../domain/incident/view.ts';
import type { Person } from './staff.ts';

export interface Word {
  person: Person;
  /** Of `custody`. */
  args: string[];
  /** What is answered: nobody says the same thing twice. */
  answers: string;
  /** What goes through the person's head. */
  because: string;
  /** It cannot be taken back: who has a passkey uses it here. */
  forGood?: true;
}

/** Who answers for a party. The SOC's lead, because its analyst does not answer. */
const ANSWERING: Record<string, Person> = {
  soc: 'erin',
  identity: 'ivo',
  'service-owner': 'olga',
  platform: 'pia',
};

type Rule = (view: IncidentView) => Word | null;

/** The first that has something to say. */
const RULES: readonly Rule[] = [
  takeIt,
  judgeIt,
  approvePlan,
  acceptHandOff,
  attestService,
  approveDeletion,
  seeToFollowUps,
];

export function nextWord(view: IncidentView): Word | null {
  if (view.outcome !== 'open') return null;
  for (const rule of RULES) {
    const word = rule(view);
    if (word !== null) return word;
  }
  return null;
}

function takeIt({ hold, offer, handle }: IncidentView): Word | null {
  const person = ANSWERING[hold.party];
  if (hold.acknowledgedAt !== null || offer !== null || person === undefined) return null;
  const args = ['ack', handle, '--reason', 'on it'];
  return { person, args, answers: hold.id, because: 'takes it: the clock for taking it stops' };
}

function judgeIt(view: IncidentView): Word | null {
  const gate = named(view, 'risk');
  const [shown] = view.plans;
  if (gate === undefined || shown === undefined) return null;
  const { strategy } = shown.plan;
  const reason = 'the key is used from a network that is not ours';
  const chosen = ['--strategy', strategy, '--plan', shortHash(shown.hash)];
  return {
    person: 'erin',
    args: [
      'assess',
      view.handle,
      '--verdict',
      'incident',
      '--impact',
      'confirmed',
      ...chosen,
      '--reason',
      reason,
    ],
    answers: gate.id,
    because: 'judges it real, and chooses the plan; that is one of the two votes it needs',
  };
}

function approvePlan(view: IncidentView): Word | null {
  return approval(
    view,
    'act',
    [],
    () => 'approves the same plan, by its hash: the second vote, from the other team',
  );
}

function approveDeletion(view: IncidentView): Word | null {
  const word = approval(view, 'irreversible', ['--gate', 'irreversible'], (missing) =>
    missing > 1 ? 'lets the old key be deleted for good' : 'agrees: the old key is not missed',
  );
  return word === null ? null : { ...word, forGood: true };
}

function approval(
  view: IncidentView,
  name: GateView['name'],
  which: readonly string[],
  because: (missing: number) => string,
): Word | null {
  const gate = named(view, name);
  const person = ANSWERING[gate?.missing[0] ?? ''];
  if (gate === undefined || gate.plan === null || person === undefined) return null;
  const args = ['approve', view.handle, ...which, '--plan', shortHash(gate.plan)];
  return { person, args, answers: `${gate.id} by ${person}`, because: because(gate.missing.length) };
}

function acceptHandOff({ offer, handle }: IncidentView): Word | null {
  const person = ANSWERING[offer?.to ?? ''];
  if (offer === null || person === undefined) return null;
  return {
    person,
    args: ['ack', handle],
    answers: offer.id,
    because: 'accepts the hand-off: it is theirs now',
  };
}

/** Not before the checker has seen the service use the new credential: the owner looks first. */
function attestService(view: IncidentView): Word | null {
  if (view.phase !== 'recovery' || view.attestation !== null) return null;
  const steps = view.plans.find(({ hash }) => hash === view.planHash)?.plan.steps ?? [];
  const recovery = steps.filter(({ phase }) => phase === 'recovery').map(({ id }) => id);
  const seen = new Set(view.steps?.filter(({ status }) => status === 'seen').map(({ id }) => id));
  if (recovery.length === 0 || !recovery.every((id) => seen.has(id))) return null;
  return {
    person: 'olga',
    args: ['attest', view.handle, '--works', ...confirming(view), '--reason', 'deploys run on the new key'],
    answers: 'attestation',
    because: 'says, as its owner, that the service works',
  };
}

const confirming = ({ checklist }: IncidentView): string[] =>
  checklist.length === 0 ? [] : ['--confirm', ...checklist.map(({ name }) => name)];

/** What cannot be mended on the day is put into a ticket, by whoever it belongs to. */
function seeToFollowUps({ phase, followUps, handle }: IncidentView): Word | null {
  if (phase !== 'hardening') return null;
  const left = followUps.find(({ status }) => status === 'open');
  const person = ANSWERING[left?.party ?? ''];
  if (left === undefined || person === undefined) return null;
  const how = ['--as', 'ticketed', '--ticket', `OPS-${left.id.replace('follow-up-', '')}`];
  return {
    person,
    args: ['follow-up', handle, '--id', left.id, ...how, '--reason', 'planned for the next sprint'],
    answers: left.id,
    because: `puts into a ticket what is left to do: ${left.says.replace(/\.$/, '')}`,
  };
}

const named = (view: IncidentView, name: GateView['name']): GateView | undefined =>
  view.gates.find((gate) => gate.name === name);

/** When the one thing that is left waits for its hour: that hour; else null. */
export function restsUntil({ phase, steps, gates, followUps }: IncidentView): string | null {
  if (phase !== 'hardening' || steps === null || gates.length > 0) return null;
  if (followUps.some(({ status }) => status === 'open')) return null;
  const left = steps.filter(({ status }) => status !== 'seen');
  const hours = left.flatMap(({ status, opensAt }) =>
    status === 'waiting' && opensAt !== null ? [opensAt] : [],
  );
  return left.length === hours.length ? (hours[0] ?? null) : null;
}
