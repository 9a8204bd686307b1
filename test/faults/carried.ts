// Carries an incident's plan as its workflow does: a step is tried again by the sort of its failure, goes to a person where repeating does
// not help, is ordered again, and is not done before it is seen.
import { sorted } from '../../activities/sort.ts';
import type { Step } from '../../domain/plan/plan.schema.ts';
import type { Scene } from './scene.ts';
import { type Strike, tried } from './tried.ts';
import type { Call, Wire } from './wire.ts';

export interface Escalated {
  unit: string;
  sort: string;
  why: string;
}

export interface Carried {
  /** The calls of each unit's tries, the first time that it was ordered. */
  units: Map<string, Call[][]>;
  /** What was answered to the thief when all was done but the last restrictions. */
  thief: string[];
  escalated: Escalated[];
  /** Steps that no check saw in the end. */
  unseen: string[];
}

/** So often a step is ordered. */
const ORDERS = 4;

/** `mended`: whoever is asked sets right what was wrong, and orders the step again. */
export async function carried(
  scene: Scene,
  wire: Wire,
  strike: Strike | null,
  mended: boolean,
): Promise<Carried> {
  const told: Carried = { units: new Map(), thief: [], escalated: [], unseen: [] };
  const unit = async <T>(name: string, by: Strike | null, does: () => Promise<T>): Promise<T | undefined> => {
    const outcome = await tried(wire, by, does);
    if (!told.units.has(name)) told.units.set(name, outcome.tries);
    if ('said' in outcome) {
      wire.left.push({ name: `result of ${name}`, bytes: Buffer.from(JSON.stringify(outcome.said) ?? '') });
      return outcome.said;
    }
    const { type, message } = outcome.escalated;
    told.escalated.push({ unit: name, sort: type ?? '', why: message });
    return undefined;
  };
  const { plan, see: look, work } = scene;

  const takeUntilSeen = async (step: Step): Promise<void> => {
    const name = `${step.id} ${step.verb} ${step.kind}`;
    for (let order = 1; order <= ORDERS; order += 1) {
      const by = order === 1 || !mended ? strike : null;
      const taken = await unit(name, by, () => scene.take(step));
      const seen = await unit(`${name}, seen`, by, () => look(step));
      if (taken !== undefined && scene.isSeenByUse(step)) return;
      // One sight may be an old one: it has to hold for a while.
      if (seen?.holds === true) {
        const again = await unit(`${name}, seen again`, mended ? null : strike, () => look(step));
        if (again?.holds === true) return;
      }
      if (!mended) break;
    }
    told.unseen.push(step.id);
  };

  const hardening = plan.steps.find(({ phase }) => phase === 'hardening');
  for (const step of plan.steps) {
    if (step === hardening) {
      told.thief = await scene.thief();
      scene.later();
    }
    // What reads answered before the step is what an old answer says after it.
    await sorted(() => look(step)).catch(() => undefined);
    await takeUntilSeen(step);
    await work().catch(() => undefined);
  }
  if (hardening === undefined) told.thief = await scene.thief();
  for (const step of plan.steps.filter(scene.isSeenByUse)) {
    const seen = await unit(`${step.id} in the end`, null, () => look(step));
    if (seen?.holds !== true) told.unseen.push(step.id);
  }
  return told;
}
