// Hostile orders, generated: none is carried out, and each is refused by the check that is there for it. With that one check taken out,
// some order that nothing else refuses would be carried out.
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as proofs from '../../../authority/proof.ts';
import { warrantChecks, type WarrantVerdict } from '../../../authority/warrant.ts';
import { countChecks, leavesOut } from '../../../authority/warrant/counted.ts';
import type { Saying } from '../../../domain/statement/statement.schema.ts';
import { newProvers, type Provers } from '../proof/three-proofs.ts';
import { ALL_CUT, sees } from '../rightful.ts';
import { type OrderBase, OWN_STEPS, ordered, verified } from './an-order.ts';
import { bentOrders, type HostileOrder } from './bent-orders.ts';
import { Dice, numbers, everyKindOnce } from './dice.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 1_000);
const SEED = 6;

let provers: Provers;
beforeAll(async () => {
  provers = await newProvers();
});

const kinds = new Map<string, HostileOrder>(bentOrders.map((hostile) => [hostile.what, hostile]));

async function verdictOn(hostile: HostileOrder, drawn: readonly number[]): Promise<WarrantVerdict> {
  const dice = new Dice(drawn);
  const base: OrderBase = { provers, dice, step: dice.pick(hostile.of) };
  return verified(provers, base.step, await hostile.make(base));
}

it('are refused, each by the check of what is wrong with it', async () => {
  const tried = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...kinds.keys()), numbers, async (kind, drawn) => {
      const hostile = kinds.get(kind) as HostileOrder;
      expect(await verdictOn(hostile, drawn), kind).toEqual({
        ok: false,
        check: hostile.check,
        reason: expect.stringMatching(/\S/),
      });
      tried.set(kind, (tried.get(kind) ?? 0) + 1);
    }),
    { numRuns: kinds.size + RUNS, seed: SEED, examples: everyKindOnce([...kinds.keys()]) },
  );
  const all = [...tried.values()].reduce((sum, one) => sum + one, 0);
  console.log(`${all} hostile orders of ${tried.size} kinds, seed ${SEED}: none accepted`);
  expect(all).toBeGreaterThanOrEqual(RUNS);
  expect([...kinds.keys()].filter((kind) => !tried.has(kind))).toEqual([]);
});

it('and what they were bent from is carried out', async () => {
  for (const step of OWN_STEPS)
    for (let i = 0; i < 5; i++) {
      const base = { provers, dice: new Dice([i, i + 1, 2 * i, 3]), step };
      expect(await verified(provers, step, { order: await ordered(base) }), step).toMatchObject({ ok: true });
    }
});

it('and so is one with a forged vote and a forged result beside enough that are not', async () => {
  for (const step of OWN_STEPS)
    for (let i = 0; i < 5; i++) {
      const dice = new Dice([i, i + 1, 2 * i, 3]);
      const order = await ordered({ provers, dice, step });
      const [a, b] = order.decisions as [Saying, Saying];
      const forged = dice.pick([
        { ...a, proof: b.proof },
        { ...b, proof: a.proof },
      ]);
      const { statement } = await sees(provers.world, ALL_CUT);
      const whole = {
        ...order,
        decisions: dice.pick([
          [forged, a, b],
          [a, b, forged],
        ]),
        results: [{ statement, proof: a.proof }, ...order.results],
      };
      const verdict = await verified(provers, step, { order: whole });
      expect(verdict, step).toMatchObject({ ok: true });
      expect(verdict.ok && verdict.speakers, step).toHaveLength(2);
    }
});

describe('with one check taken out', () => {
  /** What another check would refuse all the same: the first only says it in better words, what is left out is left out before. */
  const ALSO: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(leavesOut.map((name) => [name, ['quorumIsMet']])),
    undoneResultsAreProven: ['undoLiftsOnlyWhatItPutOn'],
    resultsAreProven: ['containmentIsSeenBeforeLifting', 'ownerAttestedBeforeDeletion'],
  };
  const draws = fc.sample(numbers, { numRuns: 12, seed: SEED });

  /** What becomes of the orders that are there for it, until one is carried out. */
  async function fates(name: string): Promise<string[]> {
    const found = new Set<string>();
    for (const hostile of bentOrders.filter((one) => one.check === name))
      for (const drawn of draws) {
        const verdict = await verdictOn(hostile, drawn);
        if (verdict.ok) return ['carried out'];
        found.add(verdict.check);
      }
    return [...found];
  }

  it.each(warrantChecks.map((check) => [check.name, check] as const))('%s is missed', async (name, check) => {
    const off = vi.spyOn(check, 'check').mockReturnValue(null);
    try {
      expect((await fates(name)).toSorted()).toEqual(ALSO[name] ?? ['carried out']);
    } finally {
      off.mockRestore();
    }
  });

  it.each(countChecks.map((check) => [check.name, check] as const))(
    '%s leaves no vote out any more',
    async (name, check) => {
      const off = vi.spyOn(check, 'why').mockReturnValue(null);
      try {
        expect(await fates(name)).toEqual(['carried out']);
      } finally {
        off.mockRestore();
      }
    },
  );

  it.each(['decisionsAreProven', 'nobodyIsMerelyTold', 'resultsAreProven'])(
    '%s has nothing to leave out, as every word is believed to be its speaker’s',
    async (name) => {
      const off = vi.spyOn(proofs, 'provenBy').mockImplementation(async (saying, directory) => {
        const told = proofs.toldBy(saying, directory);
        return told.holds ? { ...told, assurance: 'present' } : told;
      });
      try {
        expect(await fates(name)).toEqual(['carried out']);
      } finally {
        off.mockRestore();
      }
    },
  );

  it('every one that leaves votes out is among these', () => {
    const shown = [...countChecks.map(({ name }) => name), 'decisionsAreProven'];
    expect(shown.toSorted()).toEqual([...leavesOut].toSorted());
  });
});
