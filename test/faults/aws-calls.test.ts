// Every call of every strategy, for users and roles, goes wrong in every way: in the end the thief is out, and it was seen, or a person was
// asked, with the reason; nobody else is touched, and nothing is done twice. One incident takes one fault at the same call of each of its
// units. A sample by default; with CUSTODY_RUNS at 100000, all of them.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Discovery, Strategy } from '../../domain/plan/plan.schema.ts';
import { estateForThisFile } from '../attacker/estate.ts';
import { type AwsProxy, awsProxy, type Call, type Fault } from './aws-proxy.ts';
import { carried, type Carried } from './carried.ts';
import { type Scene, scenesOf } from './scenes.ts';
import { type Strike, tried } from './tried.ts';

const RUNS = Number(process.env['CUSTODY_RUNS'] ?? 200);
const ALL = RUNS >= 100_000;
/** The same sample each time: what fails is met by whoever changed something, and not by whoever comes next. */
const SEED = 8;

const estate = estateForThisFile();
let proxy: AwsProxy;
let scenes: ReturnType<typeof scenesOf>;
let bystander: () => Promise<unknown>;
beforeAll(async () => {
  proxy = await awsProxy(estate().endpoint);
  scenes = scenesOf(estate(), proxy);
  bystander = await scenes.bystander('bystander');
});
afterAll(() => proxy.stop());

const WHO: readonly [who: 'user' | 'role', strategy: Strategy][] = [
  ['user', 'cut'],
  ['user', 'replace-then-cut'],
  ['user', 'restrict'],
  ['role', 'cut'],
  ['role', 'restrict'],
];

const QUOTAS = ['iam:AttachUserPolicy', 'iam:AttachRolePolicy', 'iam:CreateAccessKey', 'iam:PutRolePolicy'];

interface Row {
  /** What is done at the call of this number. */
  strike(at: number): Strike;
  /** Whether it came to pass at that call of the unit. */
  struck(tries: Call[][], at: number): boolean;
  /** What a person must have been told of this call; null: somebody may have been asked. Left out: nobody may be. */
  told?: (call: Call) => RegExp | null;
}

const once = (fault: Fault): Row => ({
  strike: (at) => (_, nth, attempt) => (attempt === 1 && nth === at ? fault : undefined),
  struck: (tries, at) => tries[0]?.[at - 1]?.became === fault,
});
const perhaps = () => null;

/** A new fault is a row. */
const FAULTS: Readonly<Record<string, Row>> = {
  throttled: once('throttled'),
  'answered by 500': once('broken'),
  'not answered': once('silent'),
  'done, and the answer lost': once('dropped'),
  'answered as before, as all later reads': {
    strike: (at) => (_, nth, attempt) => (attempt === 1 && nth >= at ? 'old' : undefined),
    struck: (tries, at) => tries[0]?.[at - 1]?.became === 'old',
    told: perhaps,
  },
  'done, the answer lost, and read as before': {
    strike: (at) => (_, nth, attempt) =>
      attempt === 1 && nth === at ? 'dropped' : attempt === 2 ? 'old' : undefined,
    struck: (tries, at) =>
      tries[0]?.[at - 1]?.became === 'dropped' && tries[1]?.some(({ became }) => became === 'old') === true,
    told: perhaps,
  },
  denied: {
    ...once('denied'),
    told: ({ name }) =>
      name === 'sts:GetCallerIdentity' ? /does not work/ : new RegExp(`lack ${name}, or a policy denies it`),
  },
  'over a quota': {
    ...once('full'),
    strike: (at) => (call, nth, attempt) =>
      attempt === 1 && nth === at && QUOTAS.includes(call.name) ? 'full' : undefined,
    // More keys than were listed: they are read again.
    told: ({ name }) =>
      name === 'iam:CreateAccessKey' ? null : /as many attached policies as AWS allows|leave no room/,
  },
};

const count = (into: Map<string, number>, what: string, by = 1) => into.set(what, (into.get(what) ?? 0) + by);

/** The longest step has so many. */
const MOST_CALLS = 14;

const sample = <T>(all: readonly T[], some: number): T[] =>
  ALL
    ? [...all]
    : (fc.sample(fc.shuffledSubarray([...all], { minLength: some, maxLength: some }), {
        numRuns: 1,
        seed: SEED,
      })[0] ?? []);

/** Writes of an incident name what is its own, and nothing else. */
function strayOf(scene: Scene, calls: readonly Call[]): string[] {
  const named = ['UserName', 'RoleName', 'SecretId'];
  return calls
    .filter(({ name, writes }) => writes && name !== 'sts:GetCallerIdentity')
    .flatMap(({ name, names }) =>
      named.every((key) => !scene.own.includes(names[key] ?? '')) ? [`${name} ${JSON.stringify(names)}`] : [],
    );
}

/** When what the identity did was read is of the moment, and nothing else of a look is. */
const inText = ({ activity, ...found }: Discovery): string =>
  JSON.stringify({ ...found, activity: activity && { ...activity, since: null, readAt: null } });

async function incident([who, strategy]: (typeof WHO)[number], strike: Strike | null, mended = true) {
  const scene = await scenes[who](strategy);
  proxy.calls.length = 0;
  const told = await carried(scene, proxy, strike, mended);
  return { scene, told, standing: await scene.standing(), stray: strayOf(scene, proxy.calls) };
}

const lengthOf = ({ units }: Carried): number =>
  Math.max(...[...units.values()].map(([first]) => first?.length ?? 0));

describe('an incident of which calls go wrong', () => {
  it('is contained and seen, or told to a person with the reason; nobody else is touched, nothing is done twice', async () => {
    const innocent = await bystander();
    const calm = new Map<string, Awaited<ReturnType<typeof incident>>>();
    for (const who of WHO) {
      const one = await incident(who, null);
      expect(one.told, who.join()).toMatchObject({
        escalated: [],
        unseen: [],
        thief: ['refused', 'refused'],
      });
      calm.set(who.join(), one);
    }
    const all = WHO.flatMap((who) =>
      Object.keys(FAULTS).flatMap((fault) =>
        Array.from({ length: lengthOf(calm.get(who.join())?.told as Carried) }, (_, at) => ({
          who,
          fault,
          at: at + 1,
        })),
      ),
    );
    const counts = new Map<string, number>();
    const asked = new Map<string, number>();
    const chosen = sample(all, Math.ceil(RUNS / 50));
    const wrong: string[] = [];
    for (const { who, fault, at } of chosen) {
      const row = FAULTS[fault] as Row;
      const name = `${who.join(', ')}: call ${at} ${fault}`;
      try {
        const { told, standing, stray } = await incident(who, row.strike(at));
        const struck = [...told.units].filter(([, tries]) => row.struck(tries, at));
        count(counts, `${who.join(', ')}: ${fault}`, struck.length);
        expect(told.unseen, name).toEqual([]);
        expect(told.thief, name).toEqual(['refused', 'refused']);
        expect(JSON.stringify(standing), name).toEqual(JSON.stringify(calm.get(who.join())?.standing));
        expect(stray, name).toEqual([]);
        for (const { unit, sort, why } of told.escalated) {
          count(asked, `${fault}: ${sort}`);
          if (row.told === undefined) throw new Error(`${unit}: ${sort}: ${why}`);
        }
        for (const [unit, tries] of struck) {
          const call = tries[0]?.[at - 1] as Call;
          const due = row.told?.(call) ?? null;
          if (due === null) continue;
          const said = told.escalated.find((one) => one.unit === unit);
          expect(said?.why ?? `${unit}: nobody was told of ${call.name}`, name).toMatch(due);
        }
      } catch (error) {
        wrong.push(`${name}: ${(error as Error).message}`);
      }
    }
    const total = [...counts.values()].reduce((sum, one) => sum + one, 0);
    console.log(
      [
        `${total} cases in ${chosen.length} of ${all.length} incidents, seed ${SEED}`,
        ...[...counts].map(([what, n]) => `  ${what}: ${n}`),
        ...[...asked].map(([what, n]) => `  asked a person, ${what}: ${n}`),
      ].join('\n'),
    );
    expect(wrong).toEqual([]);
    expect(await bystander()).toEqual(innocent);
  }, 3_600_000);

  it('that somebody else deletes parts of is carried to an end, and the thief stays out', async () => {
    const gone = WHO.flatMap((who) =>
      (who[0] === 'user' ? ['user', 'key', 'secret'] : ['role', 'role that it becomes']).flatMap((what) =>
        Array.from({ length: MOST_CALLS }, (_, at) => ({ who, what, at: at + 1 })),
      ),
    );
    const ends = new Map<string, number>();
    const wrong: string[] = [];
    const chosen = sample(gone, Math.ceil(RUNS / 100));
    for (const { who, what, at } of chosen) {
      const name = `${who.join(', ')}: ${what} deleted before call ${at} of a step`;
      try {
        const scene = await scenes[who[0]](who[1]);
        proxy.calls.length = 0;
        const strike: Strike = async (_, nth) => {
          if (nth === at) await scene.deletes[what]?.();
          return undefined;
        };
        const told = await carried(scene, proxy, strike, false);
        expect(told.thief, name).toEqual(['refused', 'refused']);
        expect(strayOf(scene, proxy.calls), name).toEqual([]);
        // A permission that hangs on a user's tag is missing for a user that is gone.
        for (const { unit, sort, why } of told.escalated)
          expect(`${unit}: ${sort}: ${why}`, name).toMatch(
            /: (impossible: \S|denied: .*iam:CreateAccessKey)/,
          );
        count(ends, `${who.join(', ')}: ${what}: ${told.escalated.length > 0 ? 'told to a person' : 'done'}`);
      } catch (error) {
        wrong.push(`${name}: ${(error as Error).message}`);
      }
    }
    console.log(
      [
        `${chosen.length} of ${gone.length} deletions`,
        ...[...ends].map(([what, n]) => `  ${what}: ${n}`),
      ].join('\n'),
    );
    expect(wrong).toEqual([]);
  }, 3_600_000);
});

describe('a look of which calls go wrong', () => {
  it.each(['user', 'role'] as const)(
    'at a %s gives the same plan in the end, or says what it could not read',
    async (who) => {
      const scene = await scenes[who]('cut');
      const calm = inText(scene.course.discovery);
      const { tries } = await tried(proxy, null, scene.discover);
      const calls = tries.at(-1) ?? [];
      const all = [
        'throttled',
        'answered by 500',
        'not answered',
        'done, and the answer lost',
        'denied',
      ].flatMap((fault) => calls.map((_, index) => ({ fault, at: index + 1 })));
      const chosen = sample(all, Math.ceil(RUNS / 50));
      const wrong: string[] = [];
      let cases = 0;
      for (const { fault, at } of chosen) {
        const row = FAULTS[fault] as Row;
        // A permission is missing at every call that needs it.
        const denied: Strike = ({ name }) => (name === calls[at - 1]?.name ? 'denied' : undefined);
        const strike = fault === 'denied' ? denied : row.strike(at);
        const outcome = await tried(proxy, strike, scene.discover);
        if (!row.struck(outcome.tries, at)) continue;
        cases += 1;
        const call = outcome.tries[0]?.[at - 1] as Call;
        const said = 'said' in outcome ? inText(outcome.said.discovery) : outcome.escalated.message;
        if (fault === 'denied' ? !said.includes(call.name) : said !== calm)
          wrong.push(`${call.name} (${at}) ${fault}: ${said}`);
      }
      console.log(`${cases} of ${all.length} cases of a look at a ${who}`);
      expect(wrong).toEqual([]);
    },
    3_600_000,
  );
});
