// The commands that answer what is asked now, ready to be typed. Pure.
import type { GateView, IncidentView, StepView } from '../../domain/incident/view.ts';
import { closesAsSays } from './closing.ts';
import { shortHash } from './plan.ts';

export interface Answer {
  command: string;
  says: string;
}

export function answers(view: IncidentView): Answer[] {
  if (view.outcome !== 'open') return [];
  const { handle, offer, hold } = view;
  const several = view.gates.filter(({ name }) => name !== 'risk').length > 1;
  return [
    ...(offer === null
      ? []
      : [
          { command: `custody ack ${handle}`, says: `take it over (${offer.title})` },
          { command: `custody decline ${handle} --reason "…"`, says: 'leave it where it is' },
        ]),
    ...(hold.acknowledgedAt === null
      ? [
          {
            command: `custody ack ${handle}${offer === null ? '' : ' --hold'}`,
            says: `take it (${hold.title})`,
          },
        ]
      : []),
    ...view.gates.flatMap((gate) => answersTo(gate, view, several)),
    ...(view.steps ?? []).flatMap((step) => byHandAnswers(step, handle)),
    ...(isToBeAttested(view)
      ? [
          {
            command: `custody attest ${handle} --works${confirming(view)} --reason "…"`,
            says: "the service's owner: it works on the new credential",
          },
          { command: `custody attest ${handle} --broken --reason "…"`, says: 'it does not' },
        ]
      : []),
  ];
}

const confirming = ({ checklist }: IncidentView): string =>
  checklist.length === 0 ? '' : ` --confirm ${checklist.map(({ name }) => name).join(' ')}`;

/** Until the owner says that it works: after "broken" too, and where the word comes only when everything else is done. */
export const isToBeAttested = ({ phase, attestation }: IncidentView): boolean =>
  (phase === 'recovery' || phase === 'hardening') && attestation?.verdict !== 'works';

/** What approving and rejecting mean where a vote is asked for. */
const SAYS: Record<Exclude<GateView['name'], 'risk' | 'close'>, [yes: string, no: string]> = {
  act: ['approve the plan', 'reject it'],
  irreversible: ['let it be done for good', 'reject it'],
  pause: ['let the clocks stand', 'keep them running'],
  lower: ['let it count for less', 'keep it as it is'],
  waive: ['let it be left undone', 'it is still to be done'],
  review: ['it was right to approve it alone', 'it was not'],
  undo: ['let it be undone', 'it stays as it is'],
};

/** The command that chooses this plan; null where the risk is not to be judged now. */
export function choosing(
  view: Pick<IncidentView, 'gates' | 'handle'>,
  { hash, plan }: Pick<IncidentView['plans'][number], 'hash' | 'plan'>,
): Answer | null {
  if (!view.gates.some(({ name }) => name === 'risk')) return null;
  return {
    command: `custody assess ${view.handle} --verdict incident --impact confirmed --strategy ${plan.strategy} --plan ${shortHash(hash)} --reason "…"`,
    says: 'it is real, choose this plan',
  };
}

/** Its turn has come, or it was done and is to be confirmed. */
function byHandAnswers({ byHand, id, status, title, does }: StepView, handle: string): Answer[] {
  if (!byHand) return [];
  const command = `custody attest ${handle} --step ${id} --works --reason "…"`;
  if (status === 'applied')
    return [
      { command, says: `whoever looked, another person: it is so (${does})` },
      {
        command: `custody attest ${handle} --step ${id} --broken --reason "…"`,
        says: 'it is not so',
      },
    ];
  return status === 'ordered' || status === 'blocked'
    ? [{ command, says: `${title}: it is done (${does})` }]
    : [];
}

function answersTo(gate: GateView, view: IncidentView, several: boolean): Answer[] {
  const { handle } = view;
  if (gate.name === 'risk') {
    return [
      ...view.plans.flatMap((shown) => choosing(view, shown) ?? []),
      {
        command: `custody assess ${handle} --verdict falsePositive --impact none --reason "…"`,
        says: 'it is a false alarm',
      },
    ];
  }
  if (gate.name === 'close') {
    const as = closesAsSays(gate);
    return [
      { command: `custody close ${handle} --reason "…"`, says: `close it${as === null ? '' : ` as ${as}`}` },
      { command: `custody reject ${handle} --gate close --reason "…"`, says: 'keep it open' },
    ];
  }
  const which = several ? ` --gate ${gate.id}` : '';
  const plan = gate.plan === null ? '' : ` --plan ${shortHash(gate.plan)}`;
  const [yes, no] = SAYS[gate.name];
  return [
    { command: `custody approve ${handle}${which}${plan}`, says: yes },
    { command: `custody reject ${handle}${which}${plan} --reason "…"`, says: no },
  ];
}
