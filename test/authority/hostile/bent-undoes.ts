// Hostile orders of an undo: everybody agreed to exactly this plan, and something else about it is wrong.
import type { Order } from '../../../domain/plan/order.schema.ts';
import { applied, plan, STEPS, type World } from '../rightful.ts';
import { type Bent, undoOrder, withStep, withUndoes } from '../rightful-undo.ts';
import type { OrderBase, Ordered, OwnStep } from './an-order.ts';

interface HostileUndo {
  what: string;
  check: string;
  of: readonly OwnStep[];
  make(base: OrderBase): Promise<Ordered>;
}

type Undoes = NonNullable<Order['undoes']>;

const undo = (what: string, check: string, bend: (world: World) => Bent): HostileUndo => ({
  of: [STEPS.quarantine],
  what: `an undo ${what}`,
  check,
  make: async ({ provers: { world } }) => ({ order: await undoOrder(world, bend(world)) }),
});

/** One more word beside the right ones. */
const andAlso = async (undoes: Undoes, word: Promise<Undoes[number]['results'][number]>): Promise<Undoes> => {
  const more = await word;
  return undoes.map((one) => ({ ...one, results: [...one.results, more] }));
};

export const bentUndoes: readonly HostileUndo[] = [
  undo('without people', 'undoStandsAlone', () => ({ bend: (of) => ({ ...of, mode: 'auto' }) })),
  undo("by the act's gate", 'undoStandsAlone', () => ({
    bend: (of) => withStep(of, 's1', { gate: 'act' }),
  })),
  undo('of another plan than the one that came along', 'undonePlansAreOfThisIncident', () => ({
    bend: (of) => withUndoes(of, { plans: ['e'.repeat(64)] }),
  })),
  undo('by a word that nobody proved', 'undoneResultsAreProven', () => ({
    undoes: async (undoes) =>
      undoes.map((one) => ({
        ...one,
        results: one.results.map((word) => ({ ...word, proof: { type: 'key' as const, jws: 'x..y' } })),
      })),
  })),
  undo("by another executor's word", 'undoneResultsAreTheirOwn', (world) => ({
    undoes: (undoes) => andAlso(undoes, applied(world, 'owner-aws', 's1')),
  })),
  undo('of what was never put on', 'undoLiftsOnlyWhatItPutOn', (world) => ({
    undoes: async () => [{ plan, results: [await applied(world, 'identity-aws', 's2')] }],
  })),
  undo('that is silent about what stays', 'undoSaysWhatStays', () => ({
    bend: (of) => withUndoes(of, { stays: [] }),
  })),
  undo('that revives sessions', 'undoRevivesNothing', () => ({
    bend: (of) => withUndoes(of, { verdict: null }),
    step: 's1',
  })),
];
