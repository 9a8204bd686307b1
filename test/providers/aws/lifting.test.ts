// A quarantine is lifted only when nothing comes back with it, and put on only where its content is what custody knows.
import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreatePolicyVersionCommand,
  CreateServiceSpecificCredentialCommand,
  DeleteLoginProfileCommand,
  DeletePolicyVersionCommand,
  DetachUserPolicyCommand,
  IAMClient,
  ListPolicyVersionsCommand,
  UpdateAccessKeyCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, type Workload, workload } from '../../../local/demo/estate.ts';
import { NO_SESSIONS, QUARANTINE, type Restriction } from '../../../providers/aws/policies.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { serve } from '../../attacker/service.ts';
import { thief } from '../../attacker/thief.ts';
import { type Course, courseFor, workersOf } from './course.ts';

const estate = estateForThisFile();
let iam: IAMClient;
beforeAll(() => {
  iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
});

let robots = 0;
async function contained(): Promise<{ robot: Workload; course: Course }> {
  robots += 1;
  const robot = await workload(estate().endpoint, `deploy-robot-${robots}`);
  const course = await courseFor(robot, workersOf(estate()));
  for (const step of course.plan.steps.filter((one) => one.phase === 'containment')) await course.take(step);
  return { robot, course };
}

const arnOf = ({ name }: Restriction) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBszCCAVmgAwIBAgIUQH3v5zVJ0xkqv1J8o9cQy0Zk1oUwCgYIKoZIzj0EAwIw
-----END CERTIFICATE-----`;

describe('the quarantine is not lifted while another way in is open', () => {
  const openings: [string, RegExp, (robot: Workload) => Promise<() => Promise<unknown>>][] = [
    [
      'a second access key',
      /access key AKIA/,
      async ({ user: UserName }) => {
        const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
        const AccessKeyId = AccessKey?.AccessKeyId;
        return () => iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
      },
    ],
    [
      'a console password',
      /console password of deploy-robot/,
      async ({ user: UserName }) => {
        await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'aB3$longenough-for-all' }));
        return () => iam.send(new DeleteLoginProfileCommand({ UserName }));
      },
    ],
    [
      'a service-specific credential',
      /service-specific credential /,
      async ({ user: UserName }) => {
        const made = await iam.send(
          new CreateServiceSpecificCredentialCommand({
            UserName,
            ServiceName: 'codecommit.amazonaws.com',
          }),
        );
        const ServiceSpecificCredentialId = made.ServiceSpecificCredential?.ServiceSpecificCredentialId;
        return () =>
          iam.send(
            new UpdateServiceSpecificCredentialCommand({
              UserName,
              ServiceSpecificCredentialId,
              Status: 'Inactive',
            }),
          );
      },
    ],
    [
      'an SSH key',
      /SSH key /,
      async ({ user: UserName }) => {
        const SSHPublicKeyBody = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ== robot';
        const made = await iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody }));
        const SSHPublicKeyId = made.SSHPublicKey?.SSHPublicKeyId;
        return () =>
          iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status: 'Inactive' }));
      },
    ],
    [
      'a signing certificate',
      /signing certificate /,
      async ({ user: UserName }) => {
        const made = await iam.send(
          new UploadSigningCertificateCommand({ UserName, CertificateBody: CERTIFICATE }),
        );
        const CertificateId = made.Certificate?.CertificateId;
        return () =>
          iam.send(new UpdateSigningCertificateCommand({ UserName, CertificateId, Status: 'Inactive' }));
      },
    ],
  ];

  it.each(openings)('%s', async (_, names, open) => {
    const { robot, course } = await contained();
    const lift = course.step('aws/quarantine', 'undo');
    const close = await open(robot);
    await expect(course.take(lift)).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(names),
    });
    expect(await course.see(course.step('aws/quarantine'))).toMatchObject({ holds: true });
    const found = await courseFor(robot, course.workers);
    expect(found.discovery.concerns.join('\n')).toMatch(names);

    await close();
    expect((await course.take(lift)).wasSo).toBe(false);
    expect(await course.see(lift)).toMatchObject({ holds: true });
  });

  it('the stolen key itself, once somebody activated it again', async () => {
    const { robot, course } = await contained();
    const AccessKeyId = robot.stolenKey.accessKeyId;
    await iam.send(new UpdateAccessKeyCommand({ UserName: robot.user, AccessKeyId, Status: 'Active' }));
    await expect(course.take(course.step('aws/quarantine', 'undo'))).rejects.toThrow(AccessKeyId);
    await expect(course.take(course.step('aws/no-sessions', 'undo'))).rejects.toThrow(
      /could make new sessions/,
    );
  });

  it('save for the key that the plan itself made', async () => {
    const { robot, course } = await contained();
    const lift = course.step('aws/quarantine', 'undo');
    await course.take(lift);
    await course.take(course.step('aws/access-key-replacement'));
    // Somebody quarantines the user again.
    await course.take(course.step('aws/quarantine'));
    expect(await serve(estate().endpoint, robot)).not.toBe('works');
    expect((await course.see(lift)).holds).toBe(false);
    expect((await course.take(lift)).wasSo).toBe(false);
    expect(await serve(estate().endpoint, robot)).toBe('works');
  });
});

describe('the quarantine is not lifted without custody-no-sessions', () => {
  it('for then the session of the thief would live again', async () => {
    const { robot, course } = await contained();
    const lift = course.step('aws/quarantine', 'undo');
    const bare = { UserName: robot.user, PolicyArn: arnOf(NO_SESSIONS) };
    await iam.send(new DetachUserPolicyCommand(bare));
    await expect(course.take(lift)).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringContaining('does not wear custody-no-sessions'),
    });
    // Somebody lifts it by hand: that is not what the plan meant.
    await iam.send(new DetachUserPolicyCommand({ ...bare, PolicyArn: arnOf(QUARANTINE) }));
    expect(await course.see(lift)).toMatchObject({
      holds: false,
      saw: expect.stringContaining('does not wear custody-no-sessions'),
    });
  });

  it('which stops sessions, and only these', async () => {
    robots += 1;
    const robot = await workload(estate().endpoint, `deploy-robot-${robots}`);
    const stranger = await thief(estate().endpoint, robot.stolenKey, robot.workId);
    const course = await courseFor(robot, workersOf(estate()));
    await course.take(course.step('aws/no-sessions'));
    expect(await stranger.bySession()).toMatch(/^AccessDenied/);
    expect(await stranger.byKey()).toBe('works');
  });
});

describe('a name is not a promise', () => {
  const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const loophole = {
    ...QUARANTINE.document,
    Statement: [
      {
        ...(QUARANTINE.document['Statement'] as object[])[0],
        Condition: { Bool: { 'aws:SecureTransport': 'true' } },
      },
    ],
  };

  /** Makes this the default version for as long as `during` runs; the old version stays beside it, as an attacker would leave it. */
  async function altered(what: Restriction, document: object, during: () => Promise<void>) {
    const PolicyArn = arnOf(what);
    const set = (content: object) =>
      iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn,
          PolicyDocument: JSON.stringify(content),
          SetAsDefault: true,
        }),
      );
    await set(document);
    try {
      await during();
    } finally {
      await set(what.document);
      const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
      for (const { VersionId, IsDefaultVersion } of Versions ?? []) {
        if (IsDefaultVersion !== true)
          await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
      }
    }
  }

  it.each([
    ['aws/quarantine', QUARANTINE, allow],
    ['aws/quarantine', QUARANTINE, loophole],
    ['aws/no-sessions', NO_SESSIONS, allow],
    ['aws/no-sessions', NO_SESSIONS, QUARANTINE.document],
  ])('%s is not attached with another content', async (kind, what, document) => {
    robots += 1;
    const robot = await workload(estate().endpoint, `deploy-robot-${robots}`);
    const course = await courseFor(robot, workersOf(estate()));
    const step = course.step(kind);
    await altered(what, document, async () => {
      await expect(course.take(step)).rejects.toMatchObject({
        sort: 'impossible',
        message: expect.stringContaining('somebody changed it'),
      });
      expect(course.workers.identity.calls).not.toContain('iam:AttachUserPolicy');
      const { discovery } = await courseFor(robot, course.workers);
      expect(discovery.concerns.join('\n')).toMatch(/somebody changed it/);
    });
    await course.take(step);
    expect(await course.see(step)).toMatchObject({ holds: true });
    await altered(what, document, async () => {
      expect(await course.see(step)).toMatchObject({ holds: false });
    });
  });
});
