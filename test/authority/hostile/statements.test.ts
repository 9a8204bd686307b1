// Hostile words, generated: bent in their bytes, their proof, or in what they answer. None has an effect, and each is refused with the
// code and for the reason of what is wrong with it, whether it comes as a signal or as an update.
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { loginChecks } from '../../../authority/proof/id-token-checks.ts';
import { judge } from '../../../authority/judge.ts';
import { encode } from '../../../domain/encoding/base64url.ts';
import { canonical } from '../../../domain/encoding/canonical.ts';
import { bearingsOf } from '../../../domain/incident/bearings.ts';
import type { Answered } from '../../../domain/incident/decision.ts';
import { decide } from '../../../domain/incident/decide.ts';
import type { Incident } from '../../../domain/incident/incident.ts';
import { admissible, checks, firstRefusal } from '../../../domain/incident/said-checks.ts';
import type { Judgement } from '../../../domain/statement/judgement.ts';
import type { Directory } from '../../../domain/runbook/runbook.schema.ts';
import type { RefusalCode } from '../../../domain/statement/refusal.ts';
import { openSaying } from '../../../domain/statement/read.ts';
import { newProvers, PROOF_TYPES, provenAs, type ProofType, type Provers } from '../proof/three-proofs.ts';
import { shippedAuthority } from '../shipped-authority.ts';
import { bentKeys } from './bent-keys.ts';
import { bentLogins } from './bent-logins.ts';
import { bentPasskeys } from './bent-passkeys.ts';
import { bentWords } from './bent-words.ts';
import { Dice, everyKindOnce, numbers } from './dice.ts';
import { type Hostile, INCIDENT, NOW, NOW_S, rightWord, SAID, VOTERS } from './hostile.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 1_000);
const SEED = 6;

let provers: Provers;
const authority = shippedAuthority();
beforeAll(async () => {
  provers = await newProvers();
});

interface Sent {
  message: string;
  payload: unknown;
  directory: Directory;
  incident: Incident;
}

const judged = ({ message, payload, directory, incident }: Sent): Promise<Judgement> =>
  judge(
    { message, payload, bearings: bearingsOf(incident), now: NOW },
    { directory, authority, issuerKeys: provers.provider.port },
  );

/** As a signal: recorded, then judged. */
async function bySignal(sent: Sent): Promise<{ answer: Answered | null; to: Incident }> {
  const { message, incident } = sent;
  const said = { type: 'said' as const, message, digest: null, judgement: await judged(sent) };
  const decision = decide(incident, said, NOW);
  return { answer: decision.answer, to: decision.incident };
}

/** Why an update's validator refuses it, before anything is judged; null: it goes on as a signal does. */
function byValidator({ message, payload, incident }: Sent): string | null {
  const opened = openSaying(message, payload);
  if ('reason' in opened) return 'malformed';
  return 'told' in opened ? null : (admissible(incident, opened.unproven, NOW)?.code ?? null);
}

/** Each kind of hostile word, by each proof that it can be made with. */
const kinds = new Map<string, { hostile: Hostile; type: ProofType }>(
  [...bentWords, ...bentKeys, ...bentLogins, ...bentPasskeys].flatMap((hostile) =>
    hostile.of.map((type) => [`${type}: ${hostile.what}`, { hostile, type }]),
  ),
);

async function sentAs(kind: string, dice: Dice): Promise<Sent & { hostile: Hostile; code: RefusalCode }> {
  const { hostile, type } = kinds.get(kind) ?? {};
  if (hostile === undefined || type === undefined) throw new Error(`no such kind: ${kind}`);
  const [name, message] = [dice.pick(VOTERS), dice.pick(SAID)];
  const attempt = await hostile.make({
    provers,
    type,
    name,
    message,
    dice,
    nowS: NOW_S,
    rightly: rightWord(message, name, dice),
    proven: async (statement, how) => ({ payload: await provenAs(provers, type, name, statement, how) }),
  });
  const { payload, directory = provers.directory, incident = INCIDENT } = attempt;
  const code = attempt.code ?? hostile.code;
  return {
    hostile,
    code,
    payload,
    directory,
    incident,
    message: attempt.message ?? nameOf(payload) ?? message,
  };
}

/** What it is sent as, where nothing else is meant: as what it says itself. */
const nameOf = (payload: unknown): string | undefined =>
  [...SAID, 'assess'].find((message) => 'unproven' in openSaying(message, payload));

it('are refused, each with the code and for the reason of what is wrong with it', async () => {
  const tried = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...kinds.keys()), numbers, async (kind, drawn) => {
      const { hostile, code, ...sent } = await sentAs(kind, new Dice(drawn));
      const { answer, to } = await bySignal(sent);
      expect(answer, kind).toEqual({ accepted: false, code, reason: expect.stringMatching(hostile.why) });
      const first = byValidator(sent);
      if (first !== null && hostile.byUpdate !== 'any') expect(first, kind).toBe(hostile.byUpdate ?? code);
      // Nothing but the refusal itself has come of it.
      expect({ ...to, seq: 0, said: {} }, kind).toEqual({ ...sent.incident, seq: 0, said: {} });
      tried.set(kind, (tried.get(kind) ?? 0) + 1);
    }),
    { numRuns: kinds.size + RUNS, seed: SEED, examples: everyKindOnce([...kinds.keys()]) },
  );
  const all = [...tried.values()].reduce((sum, one) => sum + one, 0);
  console.log(`${all} hostile statements of ${tried.size} kinds, seed ${SEED}: none accepted`);
  expect(all).toBeGreaterThanOrEqual(RUNS);
  expect([...kinds.keys()].filter((kind) => !tried.has(kind))).toEqual([]);
});

it('and what they were bent from is accepted', async () => {
  for (const type of PROOF_TYPES)
    for (const name of VOTERS)
      for (const message of SAID) {
        const statement = encode(
          canonical(rightWord(message, name, new Dice([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]))),
        );
        const sent = {
          message,
          payload: await provenAs(provers, type, name, statement),
          directory: provers.directory,
          incident: INCIDENT,
        };
        expect(byValidator(sent), `${type} of ${name}`).toBeNull();
        expect((await bySignal(sent)).answer, `${type} of ${name}: ${message}`).toMatchObject({
          accepted: true,
        });
      }
});

describe('with one check taken out', () => {
  const draws = fc.sample(numbers, { numRuns: 12, seed: SEED });

  /** Whether any word that is there for the check is so. */
  async function some(check: string, isSo: (sent: Sent) => Promise<boolean>): Promise<boolean> {
    for (const [kind, { hostile }] of kinds)
      if (hostile.check === check)
        for (const drawn of draws) if (await isSo(await sentAs(kind, new Dice(drawn)))) return true;
    return false;
  }

  it.each(loginChecks.map((check) => [check.name, check] as const))(
    '%s is missed: a login would hold',
    async (name, check) => {
      const off = vi.spyOn(check, 'check').mockReturnValue(null);
      try {
        expect(await some(name, async (sent) => (await bySignal(sent)).answer?.accepted === true)).toBe(true);
      } finally {
        off.mockRestore();
      }
    },
  );

  /** What the policies refuse already, before the incident does. */
  const ALSO: Readonly<Record<string, string>> = {
    proofIsEnough: 'personMay',
    personIsNotTheSuspect: 'personMay',
  };

  it.each(checks.map((check) => check.name))('%s is missed: it would be taken', async (name) => {
    const others = checks.filter((check) => check.name !== name && check.name !== ALSO[name]);
    const isTaken = async (sent: Sent): Promise<boolean> => {
      const judgement = await judged(sent);
      if (!judgement.readable || !judgement.proof.holds) return false;
      return firstRefusal(others, sent.incident, judgement, NOW) === null;
    };
    expect(await some(name, isTaken)).toBe(true);
  });
});
