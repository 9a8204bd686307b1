// What a runbook would do about an alert, as people read it: why this class, who holds it until when, what silence does, who decides. Pure.
import { isToBeFound } from '../../domain/identity/identity.ts';
import type { GateForecast } from '../../authority/runbook/answerers.ts';
import type { ExplainedPhase, Explanation } from '../../authority/runbook/explanation.ts';
import type { Moment } from '../../domain/incident/unanswered.ts';
import { epochMs, type Instant, inWords } from '../../domain/instant/instant.ts';
import type { KnownFact, Needed, Tried } from '../../domain/runbook/explain.ts';
import type { OwnersRow } from '../../domain/runbook/owners.ts';
import { said } from './clock.ts';
import { columns, indented } from './columns.ts';

export function explanationLines(explanation: Explanation): string[] {
  const now = new Date(explanation.at);
  return [
    `${explanation.title}${uncut(explanation)}`,
    ...indented(
      columns([
        ['identity', explanation.key],
        ['class', `${explanation.class}, by the runbook "${explanation.runbook.name}"`],
        ['level', explanation.level],
      ]),
    ),
    ...protectedLines(explanation),
    'Why this class',
    ...indented(explanation.tried.flatMap((tried) => triedLines(tried, explanation))),
    ...unknownLines(explanation),
    'Whose it is',
    ...indented([...ownerLines(explanation), ...suspectLines(explanation)]),
    `Who would hold it, and what silence would do (each phase as if it began now, ${said(explanation.at, now)})`,
    ...indented(explanation.phases.flatMap((phase) => phaseLines(phase, explanation, now))),
    ...indented([
      'Whoever takes it and makes no progress by the time to act is told, and the ladder begins again.',
    ]),
    'Who would decide',
    ...indented(explanation.gates.flatMap(gateLines)),
    'Who would act',
    ...indented([...actorLines(explanation), ...byHandLines(explanation)]),
  ];
}

function protectedLines({ protected: kept }: Explanation): string[] {
  if (kept === null) return [];
  return [
    kept.refused
      ? `PROTECTED: custody does not touch it, people act by hand. ${kept.why}`
      : `PROTECTED: ${kept.quorum} people must approve the act at least. ${kept.why}`,
  ];
}

function uncut({ drill, mode }: Explanation): string {
  if (drill) return ' (a sample, so a drill: nothing would be cut)';
  if (mode === 'auto')
    return " (its class is automatic: what can be taken back goes on at once, where the executor's own policy lets it)";
  return mode === 'observe' ? ' (its class only observes: nothing would be cut)' : '';
}

function triedLines(
  { class: name, fits, needs, provider }: Tried,
  { facts, identity }: Explanation,
): string[] {
  if (needs.length === 0 && provider === undefined) return [`${name}: fits, because it asks for nothing`];
  return [
    `${name}: ${fits ? 'fits' : 'does not fit'}`,
    ...indented([
      ...(provider === undefined ? [] : [planeLine(provider, identity.provider)]),
      ...needs.flatMap((need) => needLines(need, facts[need.fact])),
    ]),
  ];
}

const planeLine = (wanted: string, is: string): string =>
  `${wanted === is ? '✓' : '✗'} it must be of ${wanted}: it is of ${is}`;

function needLines({ fact, wanted, is, holds }: Needed, known: KnownFact | undefined): string[] {
  const asks = `${fact} must be ${wanted}`;
  if (is === null || known === undefined) return [`✗ ${asks}: nobody knows, unknown until discovery`];
  const who = known.by === 'runbook' ? 'by your own word' : 'by the alert';
  return [
    `${holds ? '✓' : '✗'} ${asks}: it is ${is} ${who} (${known.evidence.join('; ')})`,
    ...known.overruled.map(
      (evidence) => `  said to be ${!is}, which does not count against that: ${evidence}`,
    ),
  ];
}

function unknownLines({ unknownUntilDiscovery }: Explanation): string[] {
  if (unknownUntilDiscovery.length === 0) return [];
  return [
    `Unknown until discovery: ${unknownUntilDiscovery.join(', ')}. Read in the cloud, it could fit an earlier class.`,
  ];
}

function ownerLines({ owners, ownersByTag, identity, parties }: Explanation): string[] {
  const byTag = ownersByTag
    ? [
        'Tags are read when the incident is open: one that the identity could not have written may claim it too.',
      ]
    : [];
  if (owners.length > 0) {
    return [...owners.map((row) => rowSays(row, parties)), ...byTag];
  }
  const more = isToBeFound(identity)
    ? ['It stands for an identity: the checker finds its user or role, and the rules of that one apply.']
    : [];
  return [
    'Nobody is known: no row of `owners` fits. The SOC stands in for its owner, until it names one.',
    ...byTag,
    ...more,
  ];
}

const rowSays = ({ index, identity, tag, party }: OwnersRow, parties: Explanation['parties']): string => {
  const by = tag === null ? identity : `tag ${tag.key}=${tag.value}`;
  return `${titleOf(parties, party)}, by owners row ${index + 1} of the runbook (${by})`;
};

function suspectLines({ suspects, parties }: Explanation): string[] {
  const { people, parties: teams } = suspects;
  if (people.length === 0) return [];
  const whole = teams.map((party) => titleOf(parties, party)).join(' and ');
  return [
    `It is ${people.join(' and ')}'s own: whoever has stolen it may sit there, so they are neither told nor asked.`,
    ...(teams.length === 0 ? [] : [`Nobody else is of ${whole}: the SOC stands in.`]),
  ];
}

function phaseLines(phase: ExplainedPhase, { parties }: Explanation, now: Date): string[] {
  const titled = (party: string) => titleOf(parties, party);
  const has =
    phase.offeredTo === null
      ? titled(phase.holder)
      : `offered to ${titled(phase.offeredTo)}; ${titled(phase.holder)} keeps it until they accept`;
  const clocks = [
    ...(phase.acknowledgeBy === null
      ? ['has acknowledged it already']
      : [`acknowledge by ${within(phase.acknowledgeBy, now)}`]),
    `act by ${within(phase.actBy, now)}`,
  ];
  return [
    `${phase.phase}: ${has}`,
    ...indented([
      clocks.join(', '),
      ...columns(phase.moments.map((moment) => momentCells(moment, titled, now))),
      ...goingOnLines(phase, titled),
    ]),
  ];
}

function goingOnLines({ remindMs, inward }: ExplainedPhase, titled: (party: string) => string): string[] {
  return [
    ...(remindMs === null
      ? []
      : [`whoever has it is reminded every ${inWords(remindMs)} until there is progress`]),
    ...(inward === null
      ? []
      : [
          `${titled(inward.party)} keeps the outcome, and is told every ${inWords(inward.everyMs)} how it stands`,
        ]),
  ];
}

function momentCells(moment: Moment, titled: (party: string) => string, now: Date): string[] {
  return [said(moment.at, now), momentSays(moment, titled)];
}

function momentSays(moment: Moment, titled: (party: string) => string): string {
  switch (moment.what) {
    case 'told':
      return moment.person === null
        ? `${titled(moment.party)} is told`
        : `${moment.person} of ${titled(moment.party)} is told`;
    case 'climbs':
      return `no progress: ${titled(moment.party)} is told, and the ladder begins`;
    case 'offered':
      return `nobody has answered: it is offered to ${titled(moment.to)}`;
    case 'contains':
      return "nobody has answered: what can be taken back is put on, where the executor's own policy lets it be without people";
    case 'held':
      return `still nobody: ${titled(moment.party)} keeps it, and is told again every ${inWords(moment.everyMs)}`;
  }
}

const ASKS: Record<GateForecast['gate'], string> = {
  risk: 'is it real, and what is to be done',
  act: 'may the plan be carried out',
  irreversible: 'may the old credential be deleted',
  close: 'may it be closed',
  undo: 'may what was done be undone',
};

function gateLines({ gate, rule, answerers, couldBeMet }: GateForecast): string[] {
  const each =
    rule.parties.length > 1 ? `, one of ${rule.parties.join(' and one of ')}` : ` of ${rule.parties[0]}`;
  return [
    `${gate} (${ASKS[gate]}): ${rule.quorum} ${rule.quorum === 1 ? 'person' : 'people'}${each}`,
    ...indented([
      ...answerers.map(({ person, parties, hindrance }) =>
        hindrance === null
          ? `✓ ${person} (${parties.join(', ')})`
          : `✗ ${person} (${parties.join(', ')}): ${hindrance}`,
      ),
      MET[couldBeMet],
    ]),
  ];
}

const MET: Record<GateForecast['couldBeMet'], string> = {
  yes: 'it could be answered now',
  keys: 'NOT YET: too few of them have a key. custody key new makes one; its public half goes into people.yaml',
  never: 'NEVER: too few of the right people may answer it. Name more in people.yaml',
};

function actorLines({
  executors,
  apart,
  checker,
  replacement,
  identity,
  parties,
  strategies,
  cutByMs,
  rediscover,
}: Explanation): string[] {
  const account = `${identity.provider} account ${identity.account ?? 'unknown'}`;
  const truth = executors['source-of-truth'];
  const { owner } = executors;
  return [
    `ways offered: ${strategies.join(', ')}`,
    ...(strategies.every((strategy) => strategy === 'cut')
      ? []
      : [
          `where it is replaced first, the old credential is cut ${inWords(cutByMs)} after the plan at the latest`,
        ]),
    ...(rediscover
      ? ['it is looked at again before each stage, and what has changed is asked about again']
      : []),
    checker === null
      ? `looks: NOBODY, no checker of the runbook covers ${account}: nothing can be planned`
      : `looks: ${checker}`,
    truth === null
      ? `cuts: NOBODY, no executor (part: source-of-truth) covers ${account}: people must do it`
      : `cuts: ${truth.name}, of ${titleOf(parties, truth.party)}`,
    ...Object.entries(apart).map(
      ([kind, { name, party }]) =>
        `takes ${kind}, and nobody else does: ${name}, of ${titleOf(parties, party)}`,
    ),
    owner === null
      ? 'replaces: NOBODY, for want of an owner or of an executor (part: owner) in this account: people must do it'
      : `replaces: ${owner.name}, of ${titleOf(parties, owner.party)}`,
    replacement === null
      ? 'the replacement goes nowhere: the owners row names no secret, so people are asked'
      : `the replacement goes to ${replacement}`,
  ];
}

function byHandLines({ byHand, parties }: Explanation): string[] {
  return byHand.flatMap(({ phase, party, confirms, does, check }) => [
    `by hand, in ${phase}: ${titleOf(parties, party)}: ${does}`,
    `  ${titleOf(parties, confirms)} confirms it, by another person: ${check}`,
  ]);
}

const titleOf = (parties: Explanation['parties'], party: string): string =>
  Object.hasOwn(parties, party) ? `${parties[party]} (${party})` : party;

const within = (at: Instant, now: Date): string =>
  `${said(at, now)} (${inWords(epochMs(at) - now.getTime())})`;
