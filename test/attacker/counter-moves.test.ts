// A thief with rights over IAM against a containment that stands: every move on every kind that it could hit. Each is undone by the same
// steps, ordered again, or reported as a way in that was not there; and where it is neither, it gives the thief nothing.
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SetDefaultPolicyVersionCommand,
  TagRoleCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step, Strategy } from '../../domain/plan/plan.schema.ts';
import { ACCOUNT, REGION, type Workload, workload } from '../../local/demo/estate.ts';
import { NO_SESSIONS, QUARANTINE, RESTRICTED, type Restriction } from '../../providers/aws/policies.ts';
import { CUT_OFF } from '../../providers/aws/role/cut-off.ts';
import { type Course, courseFor, courseForRole, workersOf } from '../providers/aws/course.ts';
import { movedClock } from '../providers/aws/role/moved-clock.ts';
import { type Accomplice, accompliceIn } from './accomplice.ts';
import { estateForThisFile } from './estate.ts';
import { allow, policy, rolesOf } from './roles.ts';
import { attempt, sessionOf } from './thief.ts';

const estate = estateForThisFile();
let iam: IAMClient;
let roles: ReturnType<typeof rolesOf>;
let accomplice: Accomplice;
beforeAll(async () => {
  iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
  roles = rolesOf(estate());
  accomplice = await accompliceIn(estate(), 'accomplice');
});

const arnOf = ({ name }: Restriction) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;
const EVERYTHING = policy(allow('*'));
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** Changes what every wearer of the policy is held by; mended by whoever deployed it, which custody only asks for. */
async function edited(what: Restriction): Promise<void> {
  await iam.send(
    new CreatePolicyVersionCommand({
      PolicyArn: arnOf(what),
      PolicyDocument: EVERYTHING,
      SetAsDefault: true,
    }),
  );
}
async function restored(what: Restriction): Promise<void> {
  const PolicyArn = arnOf(what);
  await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  for (const { VersionId, IsDefaultVersion } of Versions)
    if (IsDefaultVersion !== true) await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
}

/** `again`: the steps do it again. `told`: the sight says so, and people deploy the policy again. `reported`: as a way in. `idle`: no use. */
type Ends = 'again' | 'told' | 'reported' | 'idle';
interface Move<Of> {
  name: string;
  /** Gives the id of what it made, where that is to be reported. */
  make(of: Of): Promise<unknown>;
  ends: Ends;
  mend?: () => Promise<void>;
}

const counts = new Map<string, number>();
afterAll(() => {
  const all = [...counts.values()].reduce((sum, one) => sum + one, 0);
  console.log(
    [`${all} counter-moves, 0 missed`, ...[...counts].map(([what, n]) => `  ${what}: ${n}`)].join('\n'),
  );
});

const containmentOf = ({ plan }: Course): Step[] => plan.steps.filter(({ phase }) => phase === 'containment');

async function met(
  course: Course,
  known: string[],
  made: unknown,
  { ends, mend }: Move<never>,
): Promise<void> {
  const undone: Step[] = [];
  for (const step of containmentOf(course)) if (!(await course.see(step)).holds) undone.push(step);
  const open = await course.workers.checker.waysIn(course.plan);
  const appeared = open.filter((id) => !known.includes(id));
  expect({ undone: undone.length > 0, appeared }).toEqual({
    undone: ends === 'again' || ends === 'told',
    appeared: ends === 'reported' ? [made] : [],
  });
  if (ends === 'told') {
    for (const step of undone) await expect(course.take(step)).rejects.toThrow(/somebody changed it/);
    await mend?.();
  }
  for (const step of undone) await course.take(step);
  for (const step of containmentOf(course))
    expect(await course.see(step), step.does).toMatchObject({ holds: true });
  counts.set(ends, (counts.get(ends) ?? 0) + 1);
}

const REFUSED = /^(AccessDenied|InvalidClientTokenId|UnrecognizedClientException)/;

describe('against a user', () => {
  const detaches = (what: Restriction): Move<Workload> => ({
    name: `detaches ${what.name}`,
    make: ({ user: UserName }) => iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: arnOf(what) })),
    ends: 'again',
  });
  const edits = (what: Restriction): Move<Workload> => ({
    name: `edits ${what.name}`,
    make: () => edited(what),
    ends: 'told',
    mend: () => restored(what),
  });
  const anyway: Move<Workload>[] = [
    {
      name: 'makes a second key',
      make: async ({ user }) => (await accomplice.secondKey(user)).id,
      ends: 'reported',
    },
    { name: 'makes a login', make: ({ user }) => accomplice.login(user), ends: 'reported' },
    { name: 'uploads an SSH key', make: ({ user }) => accomplice.sshKey(user), ends: 'reported' },
    { name: 'uploads a certificate', make: ({ user }) => accomplice.certificate(user), ends: 'reported' },
    {
      name: 'makes a service credential',
      make: ({ user }) => accomplice.serviceCredential(user),
      ends: 'reported',
    },
    { name: 'enables an MFA device', make: ({ user }) => accomplice.mfaDevice(user), ends: 'reported' },
    {
      name: 'joins a group',
      async make({ user, workId }) {
        await accomplice.group(`${user}-admins`, workId);
        return accomplice.join(user, `${user}-admins`);
      },
      ends: 'reported',
    },
    {
      name: 'activates the key again',
      make: async ({ user: UserName, stolenKey: { accessKeyId: AccessKeyId } }) =>
        iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Active' })),
      ends: 'again',
    },
    {
      name: 'tags the user',
      make: ({ user: UserName }) =>
        iam.send(
          new TagUserCommand({
            UserName,
            Tags: ['privileged', 'business-critical', 'owner'].map((one) => ({
              Key: `custody:${one}`,
              Value: 'false',
            })),
          }),
        ),
      ends: 'idle',
    },
  ];
  const underDeny: Move<Workload>[] = [
    {
      name: 'allows everything inline',
      make: ({ user: UserName }) =>
        iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'more', PolicyDocument: EVERYTHING })),
      ends: 'idle',
    },
    {
      name: 'attaches the administrator policy',
      make: ({ user: UserName }) =>
        iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: ADMINISTRATOR })),
      ends: 'idle',
    },
    {
      name: 'sets a wide boundary',
      make: ({ user: UserName }) =>
        iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: ADMINISTRATOR })),
      ends: 'idle',
    },
    {
      name: 'has a role trust the user',
      async make({ user }) {
        const { roleName } = await roles.role(`${user}-way`, `arn:aws:iam::${ACCOUNT}:user/${user}`);
        return roleName;
      },
      ends: 'idle',
    },
  ];
  const table: [Strategy, Move<Workload>][] = [
    ...[
      detaches(QUARANTINE),
      edits(QUARANTINE),
      detaches(NO_SESSIONS),
      edits(NO_SESSIONS),
      ...anyway,
      ...underDeny,
    ].map((move): [Strategy, Move<Workload>] => ['cut', move]),
    ...[
      detaches(RESTRICTED),
      edits(RESTRICTED),
      detaches(NO_SESSIONS),
      edits(NO_SESSIONS),
      ...anyway,
      ...underDeny,
    ].map((move): [Strategy, Move<Workload>] => ['restrict', move]),
    ...[detaches(NO_SESSIONS), edits(NO_SESSIONS), ...anyway].map((move): [Strategy, Move<Workload>] => [
      'replace-then-cut',
      move,
    ]),
  ];

  it.each(table.map(([strategy, move], row) => ({ strategy, move, name: move.name, row })))(
    '$strategy: the thief $name',
    async ({ strategy, move, row }) => {
      const robot = await workload(estate().endpoint, `${estate().user}-${row}`);
      const session = await sessionOf(estate().endpoint, robot.stolenKey);
      const course = await courseFor(robot, workersOf(estate()), { strategy });
      for (const step of containmentOf(course)) await course.take(step);
      const known = course.discovery.waysIn.map(({ id }) => id);
      const made = await move.make(robot);
      await met(course, known, made, move as Move<never>);
      for (const by of [robot.stolenKey, session])
        expect(await attempt(estate().endpoint, by, robot.workId)).toMatch(REFUSED);
      if (move.name === 'has a role trust the user')
        for (const by of [robot.stolenKey, session])
          await expect(
            roles.become(by, { arn: `arn:aws:iam::${ACCOUNT}:role/${robot.user}-way` }),
          ).rejects.toThrow();
    },
  );
});

describe('against a role', () => {
  const put = (RoleName: string, PolicyName: string, PolicyDocument: string) =>
    iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  const early = {
    Sid: 'CustodySessionCutOff',
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { DateLessThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:00.000Z' } },
  };
  const trusts = async (RoleName: string, Principal: object) => {
    const PolicyDocument = policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  };
  const anyway: Move<string>[] = [
    {
      name: 'deletes the cut-off',
      make: (RoleName) => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: CUT_OFF })),
      ends: 'again',
    },
    { name: 'moves the cut-off back', make: (role) => put(role, CUT_OFF, policy(early)), ends: 'again' },
    { name: 'makes the cut-off allow', make: (role) => put(role, CUT_OFF, EVERYTHING), ends: 'again' },
    {
      name: 'deletes the cut-off of the chained role',
      make: (role) =>
        iam.send(new DeleteRolePolicyCommand({ RoleName: `${role}-reports`, PolicyName: CUT_OFF })),
      ends: 'again',
    },
    {
      name: 'has the role trust the accomplice',
      async make(role) {
        const id = `arn:aws:iam::${ACCOUNT}:user/accomplice`;
        await trusts(role, { AWS: [`arn:aws:iam::${ACCOUNT}:user/${role}-service`, id] });
        return id;
      },
      ends: 'reported',
    },
    {
      name: 'has the role trust another account',
      async make(role) {
        const id = 'arn:aws:iam::999999999999:root';
        await trusts(role, { AWS: [`arn:aws:iam::${ACCOUNT}:user/${role}-service`, id] });
        return id;
      },
      ends: 'reported',
    },
    { name: 'allows everything inline', make: (role) => put(role, 'more', EVERYTHING), ends: 'idle' },
    {
      name: 'attaches the administrator policy',
      make: (RoleName) => iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: ADMINISTRATOR })),
      ends: 'idle',
    },
    {
      name: 'tags the role',
      make: (RoleName) =>
        iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'custody:privileged', Value: 'false' }] })),
      ends: 'idle',
    },
  ];
  const worn = (what: Restriction): Move<string>[] => [
    {
      name: `detaches ${what.name}`,
      make: (RoleName) => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: arnOf(what) })),
      ends: 'again',
    },
    { name: `edits ${what.name}`, make: () => edited(what), ends: 'told', mend: () => restored(what) },
  ];
  const table: [Strategy, Move<string>][] = [
    ...[...worn(QUARANTINE), ...anyway].map((move): [Strategy, Move<string>] => ['cut', move]),
    ...[...worn(RESTRICTED), ...anyway].map((move): [Strategy, Move<string>] => ['restrict', move]),
  ];

  it.each(table.map(([strategy, move], row) => ({ strategy, move, name: move.name, row })))(
    '$strategy: the thief $name',
    async ({ strategy, move, row }) => {
      const name = `web-${row}`;
      const service = await roles.user(`${name}-service`);
      const second = await roles.role(`${name}-reports`, roles.anyone);
      const first = await roles.role(name, service.arn, allow('sts:AssumeRole', second.arn));
      const thief = await roles.become(service.key, first);
      const chained = await roles.become(thief, second);
      const course = await courseForRole(name, workersOf(estate(), movedClock()), {
        credentials: [thief.accessKeyId],
        strategy,
      });
      for (const step of containmentOf(course)) await course.take(step);
      const known = course.discovery.waysIn.map(({ id }) => id);
      const made = await move.make(name);
      await met(course, known, made, move as Move<never>);
      expect(await roles.work(thief, first)).toMatch(REFUSED);
      expect(await roles.work(chained, second)).toMatch(REFUSED);
      if (move.ends !== 'reported') return;
      // Asked again, it is one of the ways in, and the alert's session is still told apart from it.
      const again = await courseForRole(name, course.workers, {
        credentials: [thief.accessKeyId, String(made)],
        strategy,
      });
      expect(again.discovery.waysIn.filter(({ stolen }) => stolen).map(({ kind, id }) => [kind, id])).toEqual(
        [
          ['role-session', thief.accessKeyId],
          ['trust', made],
        ],
      );
    },
  );
});
