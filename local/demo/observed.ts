// Whether it was all really seen: each claim of the demo against what thief, service, notices, record and account showed.
// Pure. A claim without evidence is not true.
import { epochMs, inWords, type Instant } from '../../domain/instant/instant.ts';
import type { EventData, EventType } from '../../domain/incident/event.ts';
import type { Standing } from './account.ts';
import { type ProvedBy, verifiedByExecutors, wordsOfPeople } from './proven.ts';
import { interruptionSeconds, type Use, useOf } from './sightings.ts';
import type { Told } from './story.ts';

export interface Claim {
  says: string;
  holds: boolean;
}

export interface Evidence {
  told: Told;
  /** In the account, in the end. */
  standing: Standing;
  stolenKeyId: string;
}

export function claims({ told, standing, stolenKeyId }: Evidence): Claim[] {
  const lifted = liftedAt(told);
  return [
    ...(told.silence ? [escalated(told)] : []),
    ...(['key', 'session'] as const).map((by) => thiefIsOut(by, useOf(told.thief, by), lifted)),
    serviceIsBack(told, stolenKeyId),
    decidedByTwo(told, 'act', ['soc', 'identity']),
    decidedByTwo(told, 'irreversible', ['identity', 'service-owner']),
    inThisOrder(told),
    {
      says: `In the account: the old key ${stolenKeyId} is gone, one new key is active, custody-no-sessions is on, the quarantine is off`,
      holds:
        !(stolenKeyId in standing.keys) &&
        Object.values(standing.keys).join() === 'Active' &&
        standing.policies.includes('custody-no-sessions') &&
        !standing.policies.includes('custody-quarantine'),
    },
    waits36Hours(told),
    everyWordIsBound(told),
    ...(told.proofs.includes('oidc') ? [executorsVerifiedLogins(told)] : []),
    {
      says: 'The record holds, from its first line to its last, and its logins with the provider stopped',
      holds: told.verified.code === 0,
    },
  ];
}

export function all<T extends EventType>(
  { events }: Pick<Told, 'events'>,
  type: T,
): { at: Instant; data: EventData[T] }[] {
  return events
    .filter((one) => one.type === type)
    .map(({ at, data }) => ({ at, data: data as EventData[T] }));
}

/** When the checker had seen the quarantine off: the first step of recovery. */
function liftedAt(told: Told): Instant | null {
  const plan = told.view.plans.find(({ hash }) => hash === told.view.planHash)?.plan;
  const lift = plan?.steps.find(({ kind, verb }) => kind === 'aws/quarantine' && verb === 'undo')?.id;
  return (
    all(told, 'stepSeen').find(({ data }) => lift !== undefined && data.steps.includes(lift))?.at ?? null
  );
}

function escalated(told: Told): Claim {
  const taken = all(told, 'acknowledged')[0]?.at;
  const before = told.notices.filter(({ at }) => taken !== undefined && at < taken);
  const [party, lead] = [
    before.some(({ person }) => person === null),
    before.some(({ person }) => person === 'erin'),
  ];
  return {
    says: `Nobody answered, so the clock told the SOC again and paged its lead: ${before.length} notices before anyone took it`,
    holds: party && lead && all(told, 'rungTold').length >= 2,
  };
}

function thiefIsOut(by: 'key' | 'session', use: Use, lifted: Instant | null): Claim {
  const since = lifted === null ? 0 : use.refusedSince(lifted);
  const last = use.lastWorked ?? 'never';
  return {
    says: `The thief by ${by}: last success ${clockOf(last)}, first refusal ${clockOf(use.firstRefused ?? 'never')}, no success after it; refused ${since} times after the quarantine was lifted`,
    holds: use.works >= 2 && use.firstRefused !== null && use.workedAgain === null && since >= 3,
  };
}

function serviceIsBack({ service }: Told, stolenKeyId: string): Claim {
  const use = useOf(service, 'key');
  const seconds = interruptionSeconds(use);
  const last = service.at(-1);
  return {
    says: `The service: interrupted for ${seconds === null ? '?' : seconds.toFixed(1)} s, and works on the new key ${last?.accessKeyId ?? '?'}`,
    holds:
      seconds !== null && last !== undefined && last.answer === 'works' && last.accessKeyId !== stolenKeyId,
  };
}

/** What was counted from the gate before was signed there. */
function decidedByTwo(told: Told, name: 'act' | 'irreversible', parties: readonly string[]): Claim {
  const asked = all(told, 'gateOpened').filter(({ data }) => data.name === name);
  const met = all(told, 'gateMet').find(({ data }) => data.name === name)?.data.gate;
  const counted = asked.flatMap(({ data }) => (data.gate === met ? data.votes : []));
  const voted = all(told, 'voted').filter(({ data }) => data.gate === met && data.assurance !== 'told');
  const votes = [...counted, ...voted.map(({ data }) => data)].filter(({ verdict }) => verdict === 'approve');
  const people = [...new Set(votes.map(({ person }) => person))];
  return {
    says: `${name === 'act' ? 'The cut' : 'The deletion'} was approved by ${people.join(' and ') || 'nobody'}, each for themselves`,
    holds: people.length >= 2 && parties.every((party) => votes.some((vote) => vote.parties.includes(party))),
  };
}

const NAMED: Record<ProvedBy, string> = { oidc: 'login', passkey: 'passkey', key: 'key' };

function everyWordIsBound({ events, proofs }: Told): Claim {
  const words = wordsOfPeople(events);
  const by = (['oidc', 'passkey', 'key'] as const).flatMap((one) => {
    const people = words.filter((word) => word.by === one).map(({ person }) => person);
    return people.length === 0
      ? []
      : [`${people.length} by ${NAMED[one]} (${[...new Set(people)].join(', ')})`];
  });
  return {
    says: `People's words: ${by.join(', ') || 'none'}. The nonce of every login, and a passkey's challenge, is the SHA-256 of what was said`,
    holds:
      words.length > 0 &&
      words.every(({ bound }) => bound) &&
      proofs.every((one) => words.some((word) => word.by === one)),
  };
}

/** Their votes on the plan that was carried out. */
function executorsVerifiedLogins({ events, view, issuer }: Told): Claim {
  const votes = wordsOfPeople(events).filter(
    ({ by, message, plan }) =>
      by === 'oidc' && (message === 'assess' || message === 'decide') && plan === view.planHash,
  );
  const verified = verifiedByExecutors(events, issuer);
  return {
    says: `The executors fetched the provider's key and verified ${votes.length} votes by login themselves before they acted; their signed results say which`,
    holds: votes.length >= 2 && votes.every(({ digest }) => verified.has(digest)),
  };
}

const ORDER: readonly EventType[] = [
  'opened',
  'assessed',
  'planApproved',
  'contained',
  'attested',
  'recovered',
];

function inThisOrder({ events }: Told): Claim {
  const places = ORDER.map((type) => events.findIndex((one) => one.type === type));
  return {
    says: `In this order: ${ORDER.join(', ')}`,
    holds: places.every((place, i) => place >= 0 && place > (places[i - 1] ?? -1)),
  };
}

const WAIT_MS = 36 * 3_600_000;

function waits36Hours(told: Told): Claim {
  const contained = all(told, 'contained')[0]?.at;
  const waitedMs = contained === undefined ? 0 : epochMs(told.restsUntil) - epochMs(contained);
  return {
    says: `custody-no-sessions comes off at ${told.restsUntil}, ${inWords(waitedMs)} after the stolen key was seen dead`,
    holds: waitedMs === WAIT_MS,
  };
}

const clockOf = (at: Instant): string => (at.length > 19 ? at.slice(11, 23) : at);
