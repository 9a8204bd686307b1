// What an executor says that it did.
import { plus } from '../instant/instant.ts';
import type { Applied } from '../plan/order.schema.ts';
import type { Judgement } from '../statement/judgement.ts';
import { againMs } from './again.ts';
import { tellStrangers } from './automatic-moves.ts';
import { notFrom } from './believed.ts';
import type { Deciding } from './decision.ts';
import { planUnderWay } from './incident.ts';

export function decideApplied(deciding: Deciding, order: string, judgement: Judgement): void {
  const { incident, now } = deciding;
  const state = incident.steps.find((one) => one.order === order && one.status === 'ordered');
  const underWay = planUnderWay(incident);
  const step = underWay?.plan.steps.find((one) => one.id === state?.id);
  if (underWay === null || state === undefined || step === undefined) return;
  const wrong = notFrom(judgement, step.executor, order, underWay.hash);
  const body = judgement.readable ? (judgement.statement.body as Applied) : null;
  if (
    wrong !== null ||
    body === null ||
    body.step !== step.id ||
    !judgement.readable ||
    judgement.saying === null
  ) {
    const reason = wrong ?? 'The result is of another step.';
    deciding.add('stepTrouble', {
      step: step.id,
      sort: 'refused',
      reason,
      again: plus(now, againMs(incident)),
    });
    if (state.trouble !== reason)
      deciding.tell('soc', `${incident.title}: a result was not believed. ${reason}`);
    return;
  }
  deciding.add('stepApplied', {
    step: step.id,
    evidence: body.evidence,
    wasSo: body.wasSo,
    saying: judgement.saying,
  });
  tellStrangers(deciding, step, body.evidence);
}
