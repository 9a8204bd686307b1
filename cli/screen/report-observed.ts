// What an incident in observe mode would have done, as people read it before they let it act. Pure.
import type {
  Observed,
  ObservedDeadline,
  ObservedGate,
  ObservedNotice,
  ObservedPermissions,
  ObservedPlan,
  ObservedStep,
} from '../../domain/record/observed.ts';
import { indented } from './columns.ts';
import { lackingSays } from './plan.ts';
import { shortHash } from './plan.ts';

export function observedLines(observed: Observed): string[] {
  const { incident, class: name, openedAt, closedAs, concerns, permissions, notices } = observed;
  return [
    `OBSERVED, nothing was done: ${incident}`,
    ...indented([
      `class ${name ?? 'not known yet'}, opened ${openedAt}, ${closedAs === null ? 'not closed yet' : `closed as ${closedAs}`}`,
      ...plansLines(observed),
      'By when',
      ...indented(observed.deadlines.map(deadlineSays)),
      'Who would have had to approve',
      ...indented(observed.gates.map(gateSays)),
      'What stood in the way',
      ...indented(concerns.length === 0 ? ['nothing that was found'] : concerns),
      'Which permissions were missing',
      ...indented(permissions.length === 0 ? ['no worker was asked'] : permissions.flatMap(permissionsSay)),
      'Who was told',
      ...indented(notices.length === 0 ? ['nobody'] : notices.flatMap(noticeLines)),
    ]),
  ];
}

function plansLines({ approved, plans }: Observed): string[] {
  if (approved !== null) return planLines('What would have been done, in this order', approved);
  if (plans.length === 0) return ['What would have been done', '  nothing: there was no plan'];
  return plans.flatMap((plan) => planLines('What could have been done, had this plan been approved', plan));
}

const planLines = (says: string, { hash, strategy, steps }: ObservedPlan): string[] => [
  `${says}: plan ${shortHash(hash)}, ${strategy}`,
  ...indented(steps.flatMap(stepLines)),
];

const stepLines = (step: ObservedStep): string[] => [
  `${step.id}. ${step.does}`,
  ...indented(
    [
      `${step.phase}, by ${step.party} (${step.executor}), ${step.reversibility}, not after ${step.notAfter}` +
        (step.after === undefined ? '' : `, not before ${step.after} after the stolen credential was dead`),
      ...(step.doneBy === undefined ? [] : [`would have had to be done by ${step.doneBy}`]),
      ...(step.startBy === undefined
        ? []
        : [`would have gone at ${step.startBy} at the latest, whatever became of what comes before`]),
      `would need: ${step.permissions.length === 0 ? 'no permission' : step.permissions.join(', ')}`,
      ...(step.missing.length === 0 ? [] : [`MISSING: ${step.missing.join(', ')}`]),
      ...(step.skippedAt === undefined ? [] : [`its turn came ${step.skippedAt}: ${step.why ?? 'left out'}`]),
    ],
    4,
  ),
];

const permissionsSay = (said: ObservedPermissions): string[] => {
  const lacking = lackingSays(said);
  return lacking.length === 0 ? [`${said.executor} has what its steps need`] : lacking;
};

const deadlineSays = ({ phase, party, since, acknowledgeBy, actBy }: ObservedDeadline): string =>
  `${phase}: ${party} from ${since}, to be taken by ${acknowledgeBy}, to act by ${actBy}`;

const ANSWERED: Record<ObservedGate['answered'], string> = {
  met: 'approved',
  rejected: 'rejected',
  lapsed: 'lapsed',
  open: 'not answered',
  notAsked: 'it did not come to that',
};

function gateSays({ name, quorum, parties, openedAt, answered, votes }: ObservedGate): string {
  const people = quorum === 1 ? '1 person' : `${quorum} people`;
  const said = votes.map(
    ({ person, parties: of, verdict }) =>
      `${person} (${of.join(', ')}) ${verdict === 'approve' ? 'approved' : 'rejected'}`,
  );
  return (
    `${name}: ${people}, one each of ${parties.join(', ')}` +
    `${openedAt === undefined ? '' : `, asked ${openedAt}`}: ${ANSWERED[answered]}` +
    (said.length === 0 ? '' : ` (${said.join(', ')})`)
  );
}

const noticeLines = ({ at, to, person, says, due, then, delivered, failed }: ObservedNotice): string[] => {
  const reached =
    delivered !== undefined
      ? `delivered ${delivered.at}${delivered.channel === null ? '' : ` by ${delivered.channel}`}`
      : failed === undefined
        ? 'not known whether it was delivered'
        : `FAILED: ${failed}`;
  return [
    `${at}  ${person === null ? to : `${person} (${to})`}, ${reached}`,
    `    ${says} Due ${due}: ${then}`,
  ];
};
