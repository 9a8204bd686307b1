// A check goes by what stands on the identity and by IAM's own word about it. Where the two disagree, nothing holds.
import { AttachUserPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Step, Strategy } from '../../../domain/plan/plan.schema.ts';
import { ACCOUNT, REGION, workload } from '../../../local/demo/estate.ts';
import { QUARANTINE_AUTO } from '../../../providers/aws/policies.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { rolesOf } from '../../attacker/roles.ts';
import { type Course, courseFor, courseForRole, workersOf } from './course.ts';
import { movedClock } from './role/moved-clock.ts';

const estate = estateForThisFile();
let roles: ReturnType<typeof rolesOf>;
beforeAll(() => {
  roles = rolesOf(estate());
});

describe('what stands on the identity, where IAM itself disagrees', () => {
  /** IAM's word about one of the calls that were asked about, or its silence. */
  const WORDS: readonly [string, (results: { EvalDecision?: string }[]) => void][] = [
    ['one call is allowed', (results) => Object.assign(results[0] ?? {}, { EvalDecision: 'allowed' })],
    [
      'one call is not denied outright',
      (results) => Object.assign(results.at(-1) ?? {}, { EvalDecision: 'implicitDeny' }),
    ],
    ['one call is not answered', (results) => void results.pop()],
  ];
  const users: [string, Strategy, string, Step['verb']][] = [
    ['aws/quarantine', 'cut', 'user', 'apply'],
    ['aws/quarantine', 'cut', 'user', 'undo'],
    ['aws/no-sessions', 'cut', 'user', 'apply'],
    ['aws/restriction', 'restrict', 'user', 'apply'],
    ['aws/restriction', 'restrict', 'user', 'undo'],
    ['aws/role-quarantine', 'cut', 'role', 'apply'],
    ['aws/role-quarantine', 'cut', 'role', 'undo'],
    ['aws/role-restriction', 'restrict', 'role', 'apply'],
    ['aws/role-session-cut-off', 'cut', 'role', 'apply'],
  ];

  it.each(users.map(([kind, strategy, who, verb], row) => ({ kind, strategy, who, verb, row })))(
    '$verb $kind does not hold',
    async ({ kind, strategy, who, verb, row }) => {
      let course: Course;
      if (who === 'user') {
        const robot = await workload(estate().endpoint, `${estate().user}-seen-${row}`);
        course = await courseFor(robot, workersOf(estate()), { strategy });
      } else {
        const service = await roles.user(`seen-${row}-service`);
        await roles.role(`seen-${row}`, service.arn);
        course = await courseForRole(`seen-${row}`, workersOf(estate(), movedClock()), { strategy });
      }
      const step = course.step(kind, verb);
      await course.upTo(step);
      await course.take(step);
      expect(await course.see(step)).toMatchObject({ holds: true });
      for (const [word, change] of WORDS) {
        let asked = 0;
        course.workers.checker.interference = {
          change(call, _, answer) {
            if (call !== 'iam:SimulatePrincipalPolicy') return;
            asked += 1;
            change(answer['EvaluationResults'] as { EvalDecision?: string }[]);
          },
        };
        expect(await course.see(step), word).toMatchObject({
          holds: false,
          saw: expect.stringMatching(/simulated .* is not denied/),
        });
        expect(asked).toBeGreaterThan(0);
      }
    },
  );

  it('apply aws/quarantine-auto does not hold', async () => {
    const robot = await workload(estate().endpoint, `${estate().user}-seen-auto`);
    const course = await courseFor(robot, workersOf(estate()));
    const [proposal] = course.discovery.automatic ?? [];
    expect(proposal?.kind).toBe('aws/quarantine-auto');
    const step = { ...course.step('aws/quarantine'), kind: 'aws/quarantine-auto' };
    const iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/${QUARANTINE_AUTO.name}`;
    await iam.send(new AttachUserPolicyCommand({ UserName: robot.user, PolicyArn }));
    expect(await course.see(step)).toMatchObject({ holds: true });
    course.workers.checker.interference = {
      change: (call, _, answer) => {
        if (call === 'iam:SimulatePrincipalPolicy') answer['EvaluationResults'] = [];
      },
    };
    expect(await course.see(step)).toMatchObject({ holds: false });
  });
});
