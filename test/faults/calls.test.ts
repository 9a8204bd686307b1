// Every call of every strategy and every rotation goes wrong in every way, the death of the process that makes it among them: in the end the
// thief is out, one credential works, and it was seen, or a person was asked, with the reason; nobody else is touched, nothing is done twice,
// and no secret is anywhere but where it belongs. One incident takes one fault at the same call of each of its units. A sample by
// default; with CUSTODY_RUNS at 100000, all of them.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Discovery } from '../../domain/plan/plan.schema.ts';
import { estateForThisFile } from '../attacker/estate.ts';
import { filesIn, found } from '../e2e/canaries.ts';
import { estateForThisFile as clusterForThisFile } from '../providers/postgres/estate.ts';
import { carried, type Carried } from './carried.ts';
import { clusterScenesOf } from './cluster-scenes.ts';
import { type Executors, executorsOn } from './executor-process.ts';
import { aws } from './faces.ts';
import { AT_A_LOOK, FAULTS, type Row } from './faults.ts';
import { httpProxy } from './http-proxy.ts';
import { identityScenesOf } from './identity-scenes.ts';
import { newOffice, type Office } from './office.ts';
import { postgresProxy } from './postgres-proxy.ts';
import type { Ground, Hands, Scene } from './scene.ts';
import { secretScenesOf } from './secret-scenes.ts';
import { type Strike, tried } from './tried.ts';
import { type Call, newWire } from './wire.ts';

const RUNS = Number(process.env['CUSTODY_RUNS'] ?? 200);
const ALL = RUNS >= 100_000;
/** The same sample each time: what fails is met by whoever changed something, and not by whoever comes next. */
const SEED = 8;

const estate = estateForThisFile();
/** Every case waits for it once. */
const cluster = clusterForThisFile({ loginsEndWithinS: 1 });
const wire = newWire();
const stops: (() => Promise<unknown>)[] = [];
let identities: ReturnType<typeof identityScenesOf>;
let secrets: ReturnType<typeof secretScenesOf>;
let roles: ReturnType<typeof clusterScenesOf>;
let bystander: () => Promise<unknown>;
let office: Office;
let executors: Executors;
beforeAll(async () => {
  const base = await mkdtemp(path.join(tmpdir(), 'custody-faults-'));
  stops.push(() => rm(base, { recursive: true, force: true }));
  const [folder, safe] = [path.join(base, 'scenes'), path.join(base, 'keys')];
  await mkdir(safe);
  office = await newOffice(safe);
  executors = executorsOn(wire);
  stops.push(executors.stop);
  const kept = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const one = await starting;
    stops.push(one.stop);
    return one;
  };
  const { endpoint } = await kept(httpProxy(wire, estate().endpoint, aws));
  const vault = await kept(httpProxy(wire, cluster().endpoint, aws));
  const { host, port, cut } = await kept(postgresProxy(wire, cluster().server));
  const ground: Ground = { wire, office, executors, folder };
  identities = identityScenesOf(estate(), ground, endpoint);
  secrets = secretScenesOf(estate(), ground, endpoint);
  roles = clusterScenesOf(cluster(), ground, { host, port, cut, endpoint: vault.endpoint }, safe);
  bystander = await identities.bystander('bystander');
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

interface Kind {
  begin(hands: Hands): Promise<Scene>;
  /** What must be so in the end, whatever went wrong on the way. */
  ends: Record<string, unknown>;
}

const ROTATED = ['new: AWSCURRENT AWSPENDING', 'stolen: AWSPREVIOUS compromised'];
const REPLACED = { service: 'works', keys: ['in the secret'], versions: ROTATED, worn: [] };

/** A new kind of incident is a row. */
const SCENES: Readonly<Record<string, Kind>> = {
  'user, cut': { begin: (hands) => identities.user('cut', hands), ends: REPLACED },
  'user, replace-then-cut': {
    begin: (hands) => identities.user('replace-then-cut', hands),
    ends: REPLACED,
  },
  'user, restrict': { begin: (hands) => identities.user('restrict', hands), ends: REPLACED },
  'role, cut': { begin: (hands) => identities.role('cut', hands), ends: {} },
  'role, restrict': { begin: (hands) => identities.role('restrict', hands), ends: {} },
  'secret, generated': {
    begin: (hands) => secrets.generated(hands),
    ends: {
      service: 200,
      versions: ROTATED,
      github: ['acme/shop SHOP_TOKEN: new'],
      heard: ['of the new one'],
    },
  },
  'secret, rotated by its function': {
    begin: (hands) => secrets.rotatedByFunction(hands),
    ends: {
      service: ['takes the new one'],
      versions: ROTATED,
      done: ['createSecret', 'setSecret', 'testSecret', 'finishSecret'],
    },
  },
  'role of a cluster, cut': {
    begin: (hands) => roles('cut', hands),
    ends: { service: 'ok', worksAs: 'the role itself', current: 'in', old: '28P01', versions: ROTATED },
  },
  'role of a cluster, replace-then-cut': {
    begin: (hands) => roles('replace-then-cut', hands),
    ends: { service: 'ok', worksAs: 'the other one', current: 'in', old: '28000', versions: ROTATED },
  },
};
const NAMES = Object.keys(SCENES);

const count = (into: Map<string, number>, what: string, by = 1) => into.set(what, (into.get(what) ?? 0) + by);

/** The longest step has so many. */
const MOST_CALLS = 14;

const sample = <T>(all: readonly T[], some: number): T[] =>
  ALL || some >= all.length
    ? [...all]
    : (fc.sample(fc.shuffledSubarray([...all], { minLength: some, maxLength: some }), {
        numRuns: 1,
        seed: SEED,
      })[0] ?? []);

/** Writes of an incident name what is its own, and nothing else. */
const strayOf = (scene: Scene, calls: readonly Call[]): string[] =>
  calls
    .filter(({ name, writes }) => writes && /^(iam|secretsmanager|postgres):/.test(name))
    .filter(({ names }) => !Object.values(names).some((one) => scene.own.includes(one)))
    .map(({ name, names }) => `${name} ${JSON.stringify(names)}`);

/** When what the identity did was read is of the moment, and nothing else of a look is. */
const inText = ({ activity, ...seen }: Discovery): string =>
  JSON.stringify({ ...seen, activity: activity && { ...activity, since: null, readAt: null } });

async function incident(name: string, hands: Hands, strike: Strike | null, mended = true) {
  const scene = await (SCENES[name] as Kind).begin(hands);
  try {
    wire.calls.length = 0;
    wire.left.length = 0;
    const told = await carried(scene, wire, strike, mended);
    const stray = strayOf(scene, wire.calls);
    const standing = await scene.standing();
    const files = hands === 'processes' ? await filesIn(scene.folder) : [];
    const own = await scene.secrets();
    for (const one of own) values.add(one);
    const leaked = found([...own, ...office.secrets], [...wire.left, ...files]);
    return { told, stray, standing, leaked };
  } finally {
    await scene.end();
  }
}

const refused = (told: Carried) => told.thief.length > 0 && told.thief.every((one) => one === 'refused');

/** Of the steps that these hands have taken. On a busy machine a try may have ended early. */
function longestOf({ units }: Carried, hands: Hands): number {
  const tries = [...units.values()].flat();
  const own = tries.filter((calls) => hands === 'here' || calls.some(({ mortal }) => mortal));
  return Math.max(...own.map((calls) => calls.length));
}

/** All that incidents had to keep. */
const values = new Set<string>();

/** Undisturbed, once each. */
const calm = new Map<string, Promise<Awaited<ReturnType<typeof incident>>>>();
function undisturbed(name: string, hands: Hands) {
  const key = `${name}, ${hands}`;
  const one = calm.get(key) ?? incident(name, hands, null);
  calm.set(key, one);
  return one;
}

describe('an incident of which calls go wrong', () => {
  it.each(['here', 'processes'] as const)(
    'is contained and seen, or told to a person with the reason; nobody else is touched, nothing is done twice (%s)',
    async (hands) => {
      const innocent = await bystander();
      const names = hands === 'here' ? NAMES : NAMES.filter((name) => !name.startsWith('role, '));
      const faults = Object.entries(FAULTS).filter(([, row]) => row.hands === hands);
      const pairs = names.flatMap((name) => faults.map(([fault, row]) => ({ name, fault, row })));
      const counts = new Map<string, number>();
      const asked = new Map<string, number>();
      const wrong: string[] = [];
      const drawn = sample(pairs, Math.ceil(RUNS / 70));
      const chosen: ((typeof pairs)[number] & { at: number })[] = [];
      for (const [index, pair] of drawn.entries()) {
        const one = await undisturbed(pair.name, hands);
        expect(one.told, pair.name).toMatchObject({ escalated: [], unseen: [] });
        expect(refused(one.told), pair.name).toBe(true);
        expect(one.standing, pair.name).toMatchObject((SCENES[pair.name] as Kind).ends);
        expect(one.leaked, pair.name).toEqual([]);
        const all = Array.from({ length: longestOf(one.told, hands) }, (_, at) => ({ ...pair, at: at + 1 }));
        chosen.push(...(ALL ? all : fc.sample(fc.constantFrom(...all), { numRuns: 1, seed: SEED + index })));
      }
      for (const { name: who, fault, row, at } of chosen) {
        const name = `${who}: call ${at} ${fault}`;
        try {
          const { told, standing, stray, leaked } = await incident(who, hands, row.strike(at));
          const struck = [...told.units].filter(([, tries]) => row.struck(tries, at));
          count(counts, `${who}: ${fault}`, struck.length);
          expect(told.unseen, name).toEqual([]);
          expect(refused(told), `${name}: the thief`).toBe(true);
          expect(JSON.stringify(standing), name).toEqual(
            JSON.stringify((await undisturbed(who, hands)).standing),
          );
          expect(stray, name).toEqual([]);
          expect(leaked, name).toEqual([]);
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
          `${total} cases in ${chosen.length} incidents, seed ${SEED}, ${executors.killed} processes killed`,
          ...[...counts].map(([what, n]) => `  ${what}: ${n}`),
          ...[...asked].map(([what, n]) => `  asked a person, ${what}: ${n}`),
        ].join('\n'),
      );
      expect(wrong).toEqual([]);
      expect(total).toBeGreaterThan(0);
      expect(found([...values, ...office.secrets], executors.printed)).toEqual([]);
      expect(await bystander()).toEqual(innocent);
    },
    7_200_000,
  );

  it('that somebody else deletes parts of is carried to an end, and the thief stays out', async () => {
    const whose = NAMES.filter((name) => /^(user|role), /.test(name));
    const gone = whose.flatMap((who) =>
      (who.startsWith('user') ? ['user', 'key', 'secret'] : ['role', 'role that it becomes']).flatMap(
        (what) => Array.from({ length: MOST_CALLS }, (_, at) => ({ who, what, at: at + 1 })),
      ),
    );
    const ends = new Map<string, number>();
    const wrong: string[] = [];
    const chosen = sample(gone, Math.ceil(RUNS / 100));
    for (const { who, what, at } of chosen) {
      const name = `${who}: ${what} deleted before call ${at} of a step`;
      try {
        const scene = await (SCENES[who] as Kind).begin('here');
        wire.calls.length = 0;
        const strike: Strike = async (_, nth) => {
          if (nth === at) await scene.deletes[what]?.();
          return undefined;
        };
        const told = await carried(scene, wire, strike, false);
        expect(refused(told), `${name}: the thief`).toBe(true);
        expect(strayOf(scene, wire.calls), name).toEqual([]);
        // A permission that hangs on a user's tag is missing for a user that is gone.
        for (const { unit, sort, why } of told.escalated)
          expect(`${unit}: ${sort}: ${why}`, name).toMatch(
            /: (impossible: \S|denied: .*iam:CreateAccessKey)/,
          );
        count(ends, `${who}: ${what}: ${told.escalated.length > 0 ? 'told to a person' : 'done'}`);
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
  it.each(['user, cut', 'role, cut', 'secret, generated', 'role of a cluster, cut'])(
    'at a %s gives the same plan in the end, or says what it could not read',
    async (who) => {
      const scene = await (SCENES[who] as Kind).begin('here');
      const before = inText(scene.discovery);
      const { tries } = await tried(wire, null, scene.discover);
      const calls = tries.at(-1) ?? [];
      const all = AT_A_LOOK.flatMap((fault) => calls.map((_, index) => ({ fault, at: index + 1 })));
      const chosen = sample(all, Math.ceil(RUNS / 50));
      const wrong: string[] = [];
      let cases = 0;
      for (const { fault, at } of chosen) {
        const row = FAULTS[fault] as Row;
        // A permission is missing at every call that needs it.
        const denied: Strike = ({ name }) => (name === calls[at - 1]?.name ? 'denied' : undefined);
        const strike = fault === 'denied' ? denied : row.strike(at);
        const outcome = await tried(wire, strike, scene.discover);
        if (!row.struck(outcome.tries, at)) continue;
        cases += 1;
        const call = outcome.tries[0]?.[at - 1] as Call;
        const said = 'said' in outcome ? inText(outcome.said.discovery) : outcome.escalated.message;
        // A discovery names the permission; where the whole look failed, whoever reads why is told which right is lacking.
        const names = call.name.startsWith('postgres:') ? "this worker's role lacks" : call.name;
        if (fault === 'denied' ? !said.includes(names) : said !== before)
          wrong.push(`${call.name} (${at}) ${fault}: ${said}`);
      }
      await scene.end();
      console.log(`${cases} of ${all.length} cases of a look at a ${who}`);
      expect(wrong).toEqual([]);
    },
    3_600_000,
  );
});
