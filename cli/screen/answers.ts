// The commands that answer what is asked now, ready to be typed. Pure.
import type { GateView, IncidentView } from '../../domain/incident/view.ts';
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
    ...(view.phase === 'recovery' && view.attestation === null
      ? [
          {
            command: `custody attest ${handle} --works --reason "…"`,
            says: "the service's owner: it works on the new credential",
          },
          { command: `custody attest ${handle} --broken --reason "…"`, says: 'it does not' },
        ]
      : []),
  ];
}

/** What approving and rejecting mean where a vote is asked for. */
const SAYS: Record<'act' | 'irreversible' | 'pause', [yes: string, no: string]> = {
  act: ['approve the plan', 'reject it'],
  irreversible: ['let it be done for good', 'reject it'],
  pause: ['let the clocks stand', 'keep them running'],
};

function answersTo(gate: GateView, view: IncidentView, several: boolean): Answer[] {
  const { handle } = view;
  if (gate.name === 'risk') {
    return [
      ...view.plans.map(({ hash, plan }) => ({
        command: `custody assess ${handle} --verdict incident --impact confirmed --strategy ${plan.strategy} --plan ${shortHash(hash)} --reason "…"`,
        says: `it is real, choose this plan`,
      })),
      {
        command: `custody assess ${handle} --verdict falsePositive --impact none --reason "…"`,
        says: 'it is a false alarm',
      },
    ];
  }
  if (gate.name === 'close') return [{ command: `custody close ${handle} --reason "…"`, says: 'close it' }];
  const which = several ? ` --gate ${gate.id}` : '';
  const plan = gate.plan === null ? '' : ` --plan ${shortHash(gate.plan)}`;
  const [yes, no] = SAYS[gate.name];
  return [
    { command: `custody approve ${handle}${which}${plan}`, says: yes },
    { command: `custody reject ${handle}${which}${plan} --reason "…"`, says: no },
  ];
}
