// One incident as people read it: owner, due, plan, what silence will do, and the command that answers. Pure.
import { weakeningHash, weakeningInWords } from '../../domain/gate/weakening.ts';
import type { GateView, IncidentView } from '../../domain/incident/view.ts';
import { accessLines } from './access.ts';
import { activityLines } from './activity.ts';
import { answers, isToBeAttested } from './answers.ts';
import { away, due, said, saidIn } from './clock.ts';
import { closesAsSays } from './closing.ts';
import { columns, indented } from './columns.ts';
import { automaticLines } from './automatic.ts';
import { knownLines } from './known.ts';
import { followUpsLines } from './follow-ups.ts';
import { assessmentRows } from './assessment.ts';
import { factLines, shortHash } from './plan.ts';
import { consequencesLines } from './shown-plan.ts';
import { stepLines } from './step.ts';
import { undoAskedLines } from './undo.ts';
import { TOLD_COUNTS, verdictSays } from './votes.ts';

export function incidentLines(view: IncidentView, now: Date): string[] {
  const steps = view.steps ?? [];
  const toAnswer = answers(view);
  return [
    `${view.title}${markOf(view)}`,
    ...indented(
      columns([
        ['incident', `${view.handle}  ${view.key}`],
        ['phase', `${view.phase}, ${view.level}, class ${view.class}, opened ${away(view.openedAt, now)}`],
        [
          'alerts',
          `${view.detections.count} from ${view.detections.sources.join(', ')}, last ${said(view.detections.last, now)}`,
        ],
        ...assessmentRows(view, now),
        ...(view.outcome === 'open' ? holdRows(view, now) : [['outcome', outcomeLine(view)]]),
      ]),
    ),
    ...automaticLines(view, now),
    ...(view.gates.length === 0
      ? []
      : ['Asked', ...indented(view.gates.flatMap((gate) => gateLines(gate, now)))]),
    ...(steps.length === 0
      ? []
      : [
          `Plan${view.planHash === null ? '' : ` ${shortHash(view.planHash)}`}, approved`,
          ...indented(stepLines(steps, now)),
        ]),
    ...(steps.length === 0 && view.plans.length > 0
      ? [
          'Plans',
          ...indented(
            view.plans.flatMap((shown) => [
              `${shortHash(shown.hash)}  ${shown.plan.strategy}, ${shown.plan.steps.length} steps (custody plan show ${view.handle})`,
              ...indented(consequencesLines(shown, now)),
            ]),
          ),
        ]
      : []),
    ...undoAskedLines(view),
    ...knownLines(view.facts),
    ...factLines(view),
    ...accessLines(view),
    ...activityLines(view, now),
    ...followUpsLines(view, now),
    ...(isToBeAttested(view) && view.checklist.length > 0
      ? [
          "Checklist of the service's owner",
          ...indented(columns(view.checklist.map(({ name, says }) => [name, says]))),
        ]
      : []),
    ...(view.attestation === null ? [] : [attestationLine(view.attestation, now)]),
    ...(view.waitingFor.length === 0
      ? []
      : ['Waiting for', ...indented(view.waitingFor.map((what) => saidIn(what, now)))]),
    ...(toAnswer.length === 0
      ? []
      : ['To answer', ...indented(toAnswer.flatMap(({ command, says }) => [`${says}:`, `  ${command}`]))]),
  ];
}

/** Why nothing will be cut, or nothing. */
export function markOf(view: Pick<IncidentView, 'drill' | 'mode'>): string {
  if (view.drill) return ' (a drill: nothing will be cut)';
  return view.mode === 'observe' ? ' (OBSERVE: nothing will be cut, what would have been is recorded)' : '';
}

export const pauseLine = (paused: NonNullable<IncidentView['paused']>, now: Date): string =>
  `the clocks stand until ${due(paused.until, now)}; what was approved goes on`;

export function ownerLine(view: IncidentView, now: Date): string {
  const { hold } = view;
  return hold.person !== null && hold.acknowledgedAt !== null
    ? `${hold.title}: ${hold.person}, since ${said(hold.acknowledgedAt, now)}`
    : `${hold.title}: nobody has taken it yet`;
}

export const offeredTo = ({ title, person }: NonNullable<IncidentView['offer']>): string =>
  person === null ? title : `${title} (${person} alone)`;

export function outcomeLine(view: IncidentView): string {
  if (view.outcome === 'forwarded') return `went to ${view.forwardedTo ?? 'another incident'}`;
  return `closed${view.closedAs === null ? '' : ` as ${view.closedAs}`}`;
}

export function attestationLine(attestation: NonNullable<IncidentView['attestation']>, now: Date): string {
  const says = attestation.verdict === 'works' ? 'works' : 'is broken';
  return `The service ${says}: says ${attestation.person}, ${said(attestation.at, now)}`;
}

function holdRows(view: IncidentView, now: Date): string[][] {
  const { hold, offer, accountable, watch } = view;
  return [
    ['owner', ownerLine(view, now)],
    ...(offer === null
      ? []
      : [['offered to', `${offeredTo(offer)} since ${said(offer.since, now)}: ${offer.reason}`]]),
    ...(watch === null
      ? []
      : [['watched', `whether what was cut is back is looked at again ${due(watch.nextAt, now)}`]]),
    ...(accountable === null
      ? []
      : [['outcome kept by', `${accountable.title}, told next ${due(accountable.nextAt, now)}`]]),
    ...(view.paused === null ? [] : [['paused', pauseLine(view.paused, now)]]),
    ['due', due(view.due.at, now)],
    ['in silence', saidIn(view.due.then, now)],
    ...(view.paused === null ? [clockRow(hold, now)] : []),
  ];
}

/** While the clocks stand, these instants move with them. */
const clockRow = ({ acknowledgedAt, acknowledgeBy, actBy }: IncidentView['hold'], now: Date): string[] =>
  acknowledgedAt === null ? ['to be taken by', said(acknowledgeBy, now)] : ['to act by', said(actBy, now)];

export function gateLines(gate: GateView, now: Date): string[] {
  const votes = gate.votes.map((vote) => `${vote.person} (${vote.party}) ${verdictSays(vote)}`);
  const closesAs = closesAsSays(gate);
  return [
    `${saidIn(gate.asks, now)} (${gate.id}${gate.plan === null ? '' : `, plan ${shortHash(gate.plan)}`})`,
    `  ${gate.votes.length} of ${gate.quorum} answers${votes.length === 0 ? '' : `: ${votes.join(', ')}`}` +
      (gate.missing.length === 0 ? '' : `; still wanted: ${gate.missing.join(', ')}`),
    ...(gate.assurance === 'told' ? [`  ${TOLD_COUNTS}`] : []),
    ...(gate.weakens == null
      ? []
      : [
          `  agreed to is that ${saidIn(weakeningInWords(gate.weakens), now)}`,
          `  hash ${weakeningHash(gate.weakens)}`,
        ]),
    ...(closesAs === null ? [] : [`  it would be closed as ${closesAs}`]),
  ];
}
