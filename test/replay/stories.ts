// What people do in the incidents whose histories are kept, on a server whose time is real: they look until it is their turn.
// How a word is sent is the caller's: by update, or by signal where the orchestrator may be gone.
import { vi } from 'vitest';
import type { IncidentView } from '../../domain/incident/view.ts';
import type { Message } from '../../domain/statement/statement.schema.ts';
import type { Ended } from '../../workflows/messages.ts';
import { detection, KEY } from '../domain/incident/world.ts';
import { gate, type Stage } from '../workflows/stage.ts';

export type Words = Parameters<Stage['statement']>[2];
export type Say = (person: string, message: Message, words: Words) => Promise<unknown>;

/** Far longer than anything takes: it ends a test that would never end. */
const BOUND = { timeout: 90_000, interval: 50 };

/** The view, once it is as it should be. An orchestrator that does not answer meanwhile is asked again. */
export const reached = (
  stage: Stage,
  what: string,
  isSo: (view: IncidentView) => boolean,
  key = KEY,
): Promise<IncidentView> =>
  vi.waitFor(async () => {
    const view = await stage.view(key);
    if (!isSo(view))
      throw new Error(`${what} has not come; waiting for ${view.waitingFor.join(', ') || 'nothing'}`);
    return view;
  }, BOUND);

export const isAsked = (name: string) => (view: IncidentView) => gate(view, name) !== null;

export const byUpdate =
  (stage: Stage, key = KEY): Say =>
  (person, message, words) =>
    stage.say(person, message, words, key);

/** From the alert until it is contained, recovered, hardened and closed. */
export async function mainPath(stage: Stage, say: Say = byUpdate(stage)): Promise<void> {
  await assessed(stage, say);
  await approved(stage, say, 'ida', 'act');
  await restored(stage, say);
}

export async function assessed(stage: Stage, say: Say): Promise<void> {
  const view = await reached(stage, 'a plan', (one) => one.plans.length > 0 && isAsked('risk')(one));
  const body = { verdict: 'incident', impact: 'confirmed', strategy: 'cut', reason: 'seen in the logs' };
  await say('sam', 'assess', { answers: gate(view, 'risk'), plan: view.plans[0]?.hash ?? null, body });
}

export async function approved(stage: Stage, say: Say, person: string, name: string): Promise<void> {
  const view = await reached(stage, `the ${name} gate`, isAsked(name));
  const asked = view.gates.find((one) => one.name === name);
  await say(person, 'decide', {
    answers: asked?.id ?? null,
    plan: asked?.plan ?? null,
    body: { verdict: 'approve' },
  });
}

/** What follows the approval of the cut. */
export async function restored(stage: Stage, say: Say): Promise<void> {
  const placed = await reached(
    stage,
    'the replacement in its place',
    (view) => view.phase === 'recovery' && view.steps?.[4]?.status === 'seen',
  );
  await say('olga', 'attest', {
    plan: placed.planHash,
    body: { verdict: 'works', reason: 'the jobs run on the new key' },
  });
  await approved(stage, say, 'ida', 'irreversible');
  await reached(stage, 'the close gate', isAsked('close'));
  await say('sam', 'close', { body: { reason: 'all is seen' } });
}

/** Judged no incident; what weakens the response takes two. */
export async function falsePositive(stage: Stage, say: Say = byUpdate(stage)): Promise<void> {
  const view = await reached(stage, 'the question', isAsked('risk'));
  await say('sam', 'assess', {
    answers: gate(view, 'risk'),
    body: { verdict: 'falsePositive', impact: 'none', reason: 'our own penetration test' },
  });
  await reached(stage, 'the close gate', isAsked('close'));
  await say('lee', 'close', { body: { reason: 'the test was announced' } });
}

/** An alert that names a key and nobody. */
export const loneKey = detection({
  identityRef: null,
  credentialId: 'AKIAIOSFODNN7LONELY1',
  key: 'aws/123456789012/access-key/AKIAIOSFODNN7LONELY1',
});

export const ended = async (stage: Stage, key = KEY): Promise<Ended> =>
  (await stage.handle(key).result()) as Ended;
