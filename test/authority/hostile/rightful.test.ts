// Rightful words, generated: proved in each of the three ways, in any order, said again and again, also with another proof. None is lost,
// and none counts twice; nor does a vote in a warrant.
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { judge } from '../../../authority/judge.ts';
import { encode } from '../../../domain/encoding/base64url.ts';
import { canonical } from '../../../domain/encoding/canonical.ts';
import { bearingsOf } from '../../../domain/incident/bearings.ts';
import type { Answered } from '../../../domain/incident/decision.ts';
import { decide } from '../../../domain/incident/decide.ts';
import type { IncidentEvent } from '../../../domain/incident/event.ts';
import type { Statement } from '../../../domain/statement/statement.schema.ts';
import { rules } from '../../domain/incident/world.ts';
import { newProvers, PROOF_TYPES, provenAnew, provenAs, type Provers } from '../proof/three-proofs.ts';
import type { Name } from '../rightful.ts';
import { shippedAuthority } from '../shipped-authority.ts';
import { OWN_STEPS, type OrderBase, ordered, verified } from './an-order.ts';
import { Dice, numbers } from './dice.ts';
import { asked, NOW, rightWord, VOTERS } from './hostile.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 1_000);
const SEED = 6;

/** Who says something beside their vote. */
const OTHERS = [...VOTERS, 'olga'] as const;

let provers: Provers;
const authority = shippedAuthority();
beforeAll(async () => {
  provers = await newProvers();
});

/** Each vote is needed: that it is real is the word of one more, which is there already. */
const OPEN = asked({
  gates: {
    ...rules().gates,
    act: { quorum: VOTERS.length + 1, parties: ['soc', 'identity'] },
  },
}).incident;

const wordsOf = (dice: Dice): Statement[] =>
  [
    ...VOTERS.map((name) => ({ ...rightWord('decide', name, dice), body: { verdict: 'approve' } })),
    ...OTHERS.map((name) => rightWord(dice.pick(['note', 'followUp'] as const), name, dice)),
  ].map((word, i) => ({ ...word, jti: `${word.jti}-${i}` }));

function shuffled<T>(list: readonly T[], dice: Dice): T[] {
  const left = [...list];
  return list.map(() => left.splice(dice.below(left.length), 1)[0] as T);
}

it('are all taken, and each counts once, whatever comes in between', async () => {
  let [said, again] = [0, 0];
  await fc.assert(
    fc.asyncProperty(numbers, fc.array(fc.nat(1_000), { maxLength: 12 }), async (drawn, more) => {
      const dice = new Dice(drawn);
      const words = wordsOf(dice);
      const dealt = shuffled([...words, ...more.map((n) => words[n % words.length] as Statement)], dice);
      let incident = OPEN;
      const events: IncidentEvent[] = [];
      const first = new Map<string, Answered>();
      for (const word of dealt) {
        const type = dice.pick(PROOF_TYPES);
        const payload = await provenAs(provers, type, word.person as Name, encode(canonical(word)));
        const judgement = await judge(
          { message: word.message, payload, bearings: bearingsOf(incident), now: NOW },
          { directory: provers.directory, authority, issuerKeys: provers.provider.port },
        );
        const said = { type: 'said' as const, message: word.message, digest: null, judgement };
        const decision = decide(incident, said, NOW);
        const before = first.get(word.jti);
        if (before === undefined) {
          expect(decision.answer, `${word.message} of ${word.person} (${type})`).toMatchObject({
            accepted: true,
          });
          first.set(word.jti, decision.answer as Answered);
        } else {
          expect(decision.answer, 'a repetition gets its first outcome').toEqual(before);
          expect(decision.events, 'and changes nothing').toEqual([]);
          again++;
        }
        incident = decision.incident;
        events.push(...decision.events);
      }
      const voted = events.flatMap((one) => (one.type === 'voted' ? [one.data.person] : []));
      expect(voted.toSorted()).toEqual([...VOTERS].toSorted());
      const of = (type: IncidentEvent['type']) => events.filter((one) => one.type === type).length;
      expect(of('planApproved')).toBe(1);
      expect(of('noted')).toBe(words.filter(({ message }) => message === 'note').length);
      expect(of('followUpsFound')).toBe(words.filter(({ message }) => message === 'followUp').length);
      said += words.length;
    }),
    { numRuns: Math.ceil(RUNS / 16), seed: SEED },
  );
  console.log(
    `${said} rightful statements, ${again} repetitions, seed ${SEED}: none lost, none counted twice`,
  );
  expect(said).toBeGreaterThanOrEqual(RUNS / 2);
});

it('are votes of a warrant in any order, as often and by whatever proof they come, and each person counts once', async () => {
  await fc.assert(
    fc.asyncProperty(numbers, fc.array(fc.nat(1_000), { maxLength: 6 }), async (drawn, more) => {
      const dice = new Dice(drawn);
      const base: OrderBase = { provers, dice, step: dice.pick(OWN_STEPS) };
      const order = await ordered(base);
      const votes = order.decisions;
      const repeated = await Promise.all(
        more.map(async (n) => {
          const vote = votes[n % votes.length];
          if (vote === undefined) throw new Error('no vote');
          return dice.below(2) === 0 ? vote : provenAnew(provers, dice.pick(PROOF_TYPES), vote);
        }),
      );
      const whole = { ...order, decisions: shuffled([...votes, ...repeated], dice) };
      const verdict = await verified(provers, base.step, { order: whole });
      expect(verdict).toMatchObject({ ok: true, step: { id: base.step } });
      const people = votes.map(({ statement }) => personIn(statement));
      expect(verdict.ok && verdict.speakers.map(({ id }) => id).toSorted()).toEqual(people.toSorted());
      // Without one of them there are not enough, however often the others come.
      const missing = dice.pick(people);
      const fewer = whole.decisions.filter(({ statement }) => personIn(statement) !== missing);
      expect(await verified(provers, base.step, { order: { ...whole, decisions: fewer } })).toMatchObject({
        ok: false,
        check: 'quorumIsMet',
      });
    }),
    { numRuns: Math.ceil(RUNS / 10), seed: SEED },
  );
});

const personIn = (statement: string): string =>
  (JSON.parse(Buffer.from(statement, 'base64url').toString()) as Statement).person;
