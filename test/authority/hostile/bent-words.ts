// Hostile words, each proved by whoever says them in every way there is: nothing is wrong with the proof.
import { encode, encodeBytes } from '../../../domain/encoding/base64url.ts';
import { canonical } from '../../../domain/encoding/canonical.ts';
import { readStatement } from '../../../authority/statement.ts';
import type { Statement } from '../../../domain/statement/statement.schema.ts';
import { PROOF_TYPES, provenAs } from '../proof/three-proofs.ts';
import { ACT, ASKS_FOR_PRESENCE, type Base, type Hostile, INCIDENT, rightWord, votedBy } from './hostile.ts';
import { lookAlike, PROTOTYPE_NAMES } from './look-alikes.ts';

const text = (statement: unknown): string => encode(canonical(statement));

type Bend = (base: Base) => Record<string, unknown>;
/** The word with some members changed. */
const changed = (bend: Bend) => (base: Base) => base.proven(text({ ...base.rightly, ...bend(base) }));

/** The vote with some members changed. */
const vote = (bend: Bend) => (base: Base) => {
  const word = rightWord('decide', base.name, base.dice);
  return base.proven(text({ ...word, ...bend(base) }));
};

/** JSON as nobody writes it, of the same meaning or of two. */
const written = (write: (json: string, base: Base) => string) => (base: Base) =>
  base.proven(encode(write(canonical(base.rightly), base)));

const NOT_CANONICAL = /not in canonical form/;
const NOT_THE_SHAPE = /not of the right shape/;

const anywhere = { of: PROOF_TYPES } as const;

/** A number that a 64-bit float cannot hold, or that no clock shows. */
const HUGE = [
  '1e400',
  '-1e400',
  '1e308',
  '-1e308',
  '9007199254740993',
  '-9007199254740993',
  '1e21',
  '-1',
  '0',
  '1.5',
];

export const bentWords: readonly Hostile[] = [
  {
    ...anywhere,
    what: 'a name twice',
    code: 'malformed',
    why: NOT_CANONICAL,
    make: written((json, { dice }) => {
      const name = dice.pick(['person', 'plan', 'answers', 'body', 'exp']);
      return json.replace(`"${name}":`, `"${name}":"another","${name}":`);
    }),
  },
  {
    ...anywhere,
    what: 'a name twice, once in other letters',
    code: 'malformed',
    why: NOT_CANONICAL,
    make: written((json) => json.replace('"person":', '"\\u0070erson":"another","person":')),
  },
  {
    ...anywhere,
    what: 'another order of names',
    code: 'malformed',
    why: NOT_CANONICAL,
    make: ({ rightly, proven, dice }) => {
      const entries = Object.entries(rightly);
      const turn = 1 + dice.below(entries.length - 1);
      return proven(
        encode(JSON.stringify(Object.fromEntries([...entries.slice(turn), ...entries.slice(0, turn)]))),
      );
    },
  },
  {
    ...anywhere,
    what: 'white space',
    code: 'malformed',
    why: NOT_CANONICAL,
    make: written((json, { dice }) =>
      json.replace(dice.pick([',', ':', '{', '}']), (sign) => `${sign}${dice.pick([' ', '\n', '\t'])}`),
    ),
  },
  {
    ...anywhere,
    what: 'letters escaped that need not be',
    code: 'malformed',
    why: NOT_CANONICAL,
    make: written((json, { name }) =>
      json.replace(`"${name}"`, `"\\u00${(name.codePointAt(0) ?? 0).toString(16)}${name.slice(1)}"`),
    ),
  },
  {
    ...anywhere,
    what: 'base64url with its spare bits set',
    code: 'malformed',
    why: NOT_CANONICAL,
    make: ({ rightly, proven, dice }) => {
      // Only a length that is no multiple of three has spare bits.
      const whole = [0, 1, 2].map((more) => text({ ...rightly, jti: `${rightly.jti}${'x'.repeat(more)}` }));
      const spare = whole.filter((one) => one.length % 4 !== 0);
      const chosen = dice.pick(spare);
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const last = letters.indexOf(chosen.at(-1) ?? '');
      const bits = chosen.length % 4 === 2 ? 16 : 4;
      return proven(`${chosen.slice(0, -1)}${letters[last + 1 + dice.below(bits - 1)]}`);
    },
  },
  {
    ...anywhere,
    what: 'base64url with what does not belong in it',
    code: 'malformed',
    why: /not base64url of JSON/,
    make: async ({ rightly, proven, dice }) => {
      const { payload } = await proven(text(rightly));
      const said = payload as { statement: string };
      const at = dice.below(said.statement.length);
      const more = dice.pick(['=', '+', '/', ' ', '.', '\n', 'é']);
      return {
        payload: { ...said, statement: said.statement.slice(0, at) + more + said.statement.slice(at) },
      };
    },
  },
  {
    ...anywhere,
    what: 'bytes that are no UTF-8',
    code: 'malformed',
    why: /not base64url of JSON/,
    make: async ({ rightly, proven, dice }) => {
      const { payload } = await proven(text(rightly));
      const bytes = new TextEncoder().encode(canonical(rightly));
      bytes[dice.below(bytes.length)] = dice.pick([0xff, 0xc0, 0x80]);
      return { payload: { ...(payload as object), statement: encodeBytes(bytes) } };
    },
  },
  {
    ...anywhere,
    what: 'a member that there is not',
    code: 'malformed',
    why: NOT_THE_SHAPE,
    make: changed(({ dice }) => ({
      [dice.pick(['more', 'role', 'parties', 'assurance', 'constructor', 'toString'])]: ['soc'],
    })),
  },
  {
    ...anywhere,
    what: 'a prototype of its own',
    code: 'malformed',
    why: /canonical form|right shape/,
    make: written((json) => json.replace('{', '{"__proto__":{"parties":["soc"]},')),
  },
  {
    ...anywhere,
    what: 'content that its message does not have',
    code: 'malformed',
    why: NOT_THE_SHAPE,
    make: changed(({ rightly, dice }) => ({
      body: { ...rightly.body, [dice.pick(['force', 'parties', 'constructor'])]: true },
    })),
  },
  {
    ...anywhere,
    what: 'content of another message',
    code: 'malformed',
    why: NOT_THE_SHAPE,
    make: changed(({ dice }) => ({
      body: dice.pick([{}, { steps: ['s1'] }, { verdict: 'works' }, { to: 'soc' }]),
    })),
  },
  {
    ...anywhere,
    what: 'another version',
    code: 'malformed',
    why: NOT_THE_SHAPE,
    make: changed(({ dice }) => ({ v: dice.pick([0, 2, '1', null, true]) })),
  },
  {
    ...anywhere,
    what: 'another name than it was sent under',
    code: 'malformed',
    why: /was sent as/,
    make: async ({ rightly, proven, dice }) => {
      const others = (['assess', 'pause', 'attest', 'close'] as const).filter(
        (one) => one !== rightly.message,
      );
      const sent = dice.pick(others);
      const bodies = {
        assess: { reason: 'x' },
        pause: { until: '2026-11-24T04:00:00.000Z', reason: 'x' },
        attest: { verdict: 'works', reason: 'x' },
        close: { reason: 'x' },
      };
      return { ...(await proven(text({ ...rightly, body: bodies[sent] }))), message: sent };
    },
  },
  {
    ...anywhere,
    what: 'a moment that no clock shows',
    code: 'malformed',
    why: /right shape|canonical form|expires before|more than seven days/,
    // A login or passkey over it is made as if it were of now: its own times are not what is wrong.
    make: async ({ rightly, provers, type, name, dice }) => {
      const json = canonical(rightly).replace(dice.pick([/"iat":\d+/, /"exp":\d+/]), (member) =>
        member.replace(/\d+/, dice.pick(HUGE)),
      );
      const good = await provenAs(provers, type, name, text(rightly));
      return { payload: { ...good, statement: encode(json) } };
    },
  },
  {
    ...anywhere,
    what: 'an end before its beginning',
    code: 'malformed',
    why: /expires before it was made/,
    byUpdate: 'expired',
    make: changed(({ dice, rightly }) => ({ exp: rightly.iat - 1 - dice.below(1_000) })),
  },
  {
    ...anywhere,
    what: 'a life of more than seven days',
    code: 'malformed',
    why: /more than seven days/,
    make: changed(({ dice, rightly }) => ({ exp: rightly.iat + 7 * 86_400 + 1 + dice.below(10 ** 6) })),
  },
  {
    ...anywhere,
    what: 'somebody who looks the same',
    code: 'badProof',
    why: /is not in the directory/,
    make: changed(({ name, dice }) => ({ person: lookAlike(name, dice) })),
  },
  {
    ...anywhere,
    what: 'somebody who is called as every object is',
    code: 'badProof',
    why: /is not in the directory/,
    make: changed(({ dice }) => ({ person: dice.pick(PROTOTYPE_NAMES) })),
  },
  {
    ...anywhere,
    what: 'a moment beyond the limit of clocks',
    code: 'badProof',
    why: /made in the future/,
    byUpdate: 'notNow',
    make: changed(({ dice, nowS }) => {
      const iat = nowS + 61 + dice.below(10 ** 6);
      return { iat, exp: iat + 600 };
    }),
  },
  {
    ...anywhere,
    what: 'an end that is past',
    code: 'expired',
    why: /valid until/,
    check: 'notExpired',
    make: changed(({ dice, nowS }) => {
      const exp = nowS - 1 - dice.below(10 ** 5);
      return { iat: exp - 600, exp };
    }),
  },
  {
    ...anywhere,
    what: 'another incident',
    code: 'wrongIncident',
    why: /another incident/,
    check: 'isOfThisIncident',
    make: changed(({ dice }) => ({
      incident: dice.pick([
        lookAlike(INCIDENT.id, dice),
        INCIDENT.id.replace('deploy-robot', `robot-${dice.hex(6)}`),
        INCIDENT.id.replace('123456789012', '999999999999'),
        '',
        null,
      ]),
    })),
  },
  {
    ...anywhere,
    what: 'another run of the incident',
    code: 'wrongIncident',
    why: /another incident/,
    check: 'isOfThisIncident',
    make: changed(({ dice }) => ({
      firstRun: dice.pick([lookAlike(INCIDENT.firstRun, dice), dice.hex(32), null]),
    })),
  },
  {
    ...anywhere,
    what: 'a gate that is not open, or another that is met',
    code: 'notOpen',
    why: /is not open/,
    check: 'answersWhatIsOpen',
    make: vote(({ dice }) => ({
      answers: dice.pick([
        'risk-1',
        `act-${100 + dice.below(1_000)}`,
        `irreversible-${1 + dice.below(9)}`,
        lookAlike(ACT.id, dice),
        dice.pick(PROTOTYPE_NAMES),
        null,
      ]),
    })),
  },
  {
    ...anywhere,
    what: 'an assessment at the gate of the act',
    code: 'notOpen',
    why: /is not open/,
    check: 'answersWhatIsOpen',
    make: (base) => {
      const body = { verdict: 'incident', impact: 'confirmed', strategy: 'cut', reason: 'it is used' };
      return base.proven(text({ ...rightWord('decide', base.name, base.dice), message: 'assess', body }));
    },
  },
  {
    ...anywhere,
    what: 'another plan',
    code: 'planChanged',
    why: /not the one that is asked about/,
    check: 'planIsTheOneAsked',
    make: vote(({ dice }) => ({ plan: dice.pick([dice.hex(64), null]) })),
  },
  {
    ...anywhere,
    what: 'a plan in other letters',
    code: 'malformed',
    why: NOT_THE_SHAPE,
    byUpdate: 'planChanged',
    make: vote(({ dice }) => ({
      plan: dice.pick([ACT.plan.toUpperCase(), `${ACT.plan} `, ACT.plan.slice(1), `0x${ACT.plan}`]),
    })),
  },
  {
    ...anywhere,
    what: 'a party that is not asked',
    code: 'notAllowed',
    why: /Only .* may answer the gate act|vendor acts only/,
    check: 'personMay',
    make: ({ provers, type, dice }) => {
      const name = dice.pick(['olga', 'vik'] as const);
      return provenAs(provers, type, name, text(rightWord('decide', name, dice))).then((payload) => ({
        payload,
      }));
    },
  },
  {
    ...anywhere,
    what: 'the one whom it is about',
    code: 'notAllowed',
    why: /nobody answers about themselves/,
    check: 'personIsNotTheSuspect',
    make: async ({ provers, type, dice }) => ({
      payload: await provenAs(provers, type, 'robert', text(rightWord('decide', 'robert', dice))),
    }),
  },
  {
    ...anywhere,
    what: 'one person twice',
    code: 'alreadyAnswered',
    why: /answered this already/,
    make: async ({ provers, type, dice }) => {
      const name = dice.pick(['sam', 'ivo', 'both'] as const);
      const payload = await provenAs(provers, type, name, text(rightWord('decide', name, dice)));
      return { payload, incident: votedBy(name) };
    },
  },
  {
    of: ['key', 'oidc'],
    what: 'too weak a proof for its gate',
    code: 'notProven',
    why: /asks for a passkey/,
    make: async (base) => {
      const gate = ASKS_FOR_PRESENCE.gates.find((one) => one.name === 'act');
      return {
        ...(await vote(() => ({ answers: gate?.id, plan: gate?.plan }))(base)),
        incident: ASKS_FOR_PRESENCE,
      };
    },
  },
  {
    ...anywhere,
    what: 'no proof any more',
    code: 'notProven',
    why: /needs a proof/,
    check: 'proofIsEnough',
    make: async (base) => {
      const { payload } = await vote(() => ({}))(base);
      return { payload: { statement: (payload as { statement: string }).statement } };
    },
  },
  {
    ...anywhere,
    what: 'a proof of no known kind',
    code: 'malformed',
    why: /neither \{ statement, proof \} nor/,
    make: async ({ rightly, proven, dice }) => {
      const { payload } = await proven(text(rightly));
      const said = payload as { proof: Record<string, unknown> };
      const proof = dice.pick<unknown>([
        { ...said.proof, type: dice.pick(['none', 'told', 'jwt', '', null, ...PROTOTYPE_NAMES]) },
        { ...said.proof, more: 1 },
        [said.proof],
        JSON.stringify(said.proof),
        null,
        {},
      ]);
      return { payload: { ...said, proof } };
    },
  },
  {
    ...anywhere,
    what: 'a proof that is called another kind',
    code: 'malformed',
    why: /neither \{ statement, proof \} nor/,
    make: async ({ rightly, proven, type, dice }) => {
      const { payload } = await proven(text(rightly));
      const said = payload as { proof: object };
      const others = PROOF_TYPES.filter((one) => one !== type);
      return { payload: { ...said, proof: { ...said.proof, type: dice.pick(others) } } };
    },
  },
  {
    ...anywhere,
    what: 'the proof of other words',
    code: 'badProof',
    why: /signature does not fit|another statement/,
    make: async ({ rightly, proven, dice }) => {
      const other: Statement = {
        ...rightly,
        ...dice.pick([
          { jti: `${rightly.jti}x` },
          { incident: `${INCIDENT.id}2` },
          { firstRun: 'another' },
          { answers: 'act-1' },
          { plan: dice.hex(64) },
          { iat: rightly.iat - 1 },
        ]),
      };
      const [mine, theirs] = await Promise.all([proven(text(rightly)), proven(text(other))]);
      return {
        payload: { ...(mine.payload as object), proof: (theirs.payload as { proof: unknown }).proof },
      };
    },
  },
  {
    ...anywhere,
    what: 'other content than was proved',
    code: 'badProof',
    why: /signature does not fit|another statement/,
    make: async ({ rightly, proven, dice }) => {
      const { payload } = await proven(text(rightly));
      const bent = {
        ...rightly,
        ...dice.pick<object>([
          { jti: `jti-${dice.hex(24)}` },
          { exp: rightly.exp + 1 + dice.below(60) },
          { iat: rightly.iat + 1 + dice.below(20) },
        ]),
      };
      return { payload: { ...(payload as object), statement: text(bent) } };
    },
  },
  {
    ...anywhere,
    what: 'other bytes after it was proved',
    code: 'badProof',
    why: /signature does not fit|another statement/,
    make: async ({ rightly, proven, dice }) => {
      const { payload } = await proven(text(rightly));
      // Within the id, whatever letter stands there, it is still a statement.
      const at = 4 + dice.below(20);
      const other = dice.pick([...'ghijklmnopqrstuvwxyz']);
      const jti = rightly.jti.slice(0, at) + other + rightly.jti.slice(at + 1);
      return { payload: { ...(payload as object), statement: text({ ...rightly, jti }) } };
    },
  },
  {
    ...anywhere,
    what: 'one letter anywhere that is another',
    code: 'badProof',
    why: /\S/,
    byUpdate: 'any',
    make: async ({ rightly, proven, type, dice }) => {
      const { payload } = await proven(text(rightly));
      const said = payload as { statement: string; proof: Record<string, string> };
      const other = (whole: string): string => {
        const at = dice.below(whole.length);
        const letter = dice.pick([...'ABCXYZabcxyz0189-_.=+/ '].filter((one) => one !== whole[at]));
        return whole.slice(0, at) + letter + whole.slice(at + 1);
      };
      if (dice.below(3) === 0) {
        const statement = other(said.statement);
        return {
          payload: { ...said, statement },
          code: readStatement(statement).readable ? 'badProof' : 'malformed',
        };
      }
      const parts = {
        key: ['jws'],
        oidc: ['idToken'],
        passkey: ['credentialId', 'authenticatorData', 'clientDataJSON', 'signature'],
      };
      const part = dice.pick(parts[type]);
      return { payload: { ...said, proof: { ...said.proof, [part]: other(said.proof[part] ?? '') } } };
    },
  },
];
