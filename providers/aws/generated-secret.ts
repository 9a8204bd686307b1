// aws/generated-secret: a new random value for a secret that no function rotates, proved by the test that the owner's executor has for it,
// and only then given to the secret's readers. Who cannot read the secret is told by the executor.
import { randomBytes } from 'node:crypto';
import { instant } from '../../domain/instant/instant.ts';
import { type Act, type CredentialKind, ProviderError } from '../../domain/provider/provider.ts';
import { tellConsumers } from '../secrets/consumers-told.ts';
import { type Held, rotate, type Rotation, type Stored } from '../secrets/rotation.ts';
import { ruleFor, type SecretRule, type Test } from '../secrets/rule.ts';
import { fieldOf, jsonObject } from '../secrets/value.ts';
import { isOfIncident, versionOfStep } from '../secrets/version-of-step.ts';
import type { Aws } from './clients.ts';
import { impossible } from './errors.ts';
import {
  notGivenOut,
  READ_SECRET_PERMISSIONS,
  secretStore,
  versionsOf,
  watchGivenOut,
  WRITE_SECRET_PERMISSIONS,
} from './secret-store.ts';
import { named, secretIdOf } from './target.ts';

export const GENERATED_SECRET_KIND = 'aws/generated-secret';

/** 256 bits. */
const BYTES = 32;

/** A service takes a waiting value within a minute, or the attempt ends. */
const PROOF_LIMIT_MS = 60_000;
const PROOF_PAUSE_MS = 2_000;

interface Work {
  act: Act;
  secretId: string;
  field: string | null;
  test: Test;
}

export const generatedSecret = (aws: Aws): CredentialKind => ({
  kind: GENERATED_SECRET_KIND,
  reversibility: 'replace-only',
  permissions: {
    apply: [...READ_SECRET_PERMISSIONS, ...WRITE_SECRET_PERMISSIONS],
    undo: [],
    check: ['secretsmanager:DescribeSecret'],
  },

  async apply(act) {
    const secretId = secretIdOf(aws, act);
    const { field, test } = required(ruleFor(await aws.secretRules(), secretId), secretId);
    const work = { act, secretId, field, test };
    const rotated = await rotate(secretStore(aws, secretId), generation(aws, work));
    const told = await tellConsumers(await aws.secretRules(), secretId, rotated);
    const earlier = rotated.wasSo ? act.evidence[act.step.id]?.['provedAt'] : undefined;
    return {
      wasSo: rotated.wasSo,
      evidence: {
        secretVersionId: rotated.version.id,
        secretArn: rotated.reference,
        provedAt: earlier ?? instant(aws.clock.now()),
        ...told,
      },
    };
  },

  async undo() {
    throw impossible('A rotation is not taken back, for the old value is compromised: order another one.');
  },

  watch: ({ step }) => watchGivenOut(aws, named(step, 'secretId')),

  async check({ step, evidence: { secretVersionId } }) {
    if (secretVersionId === undefined) return { holds: false, saw: 'No new value was made yet.' };
    const amiss = notGivenOut(await versionsOf(aws, named(step, 'secretId')), secretVersionId);
    return amiss === undefined
      ? { holds: true, saw: `The secret gives its readers the new version ${secretVersionId}.` }
      : { holds: false, saw: amiss };
  },
});

function required(rule: SecretRule | undefined, secretId: string): SecretRule & { test: Test } {
  if (rule !== undefined && rule.test !== null) return { ...rule, test: rule.test };
  throw impossible(
    `This executor has no test by which a new value of ${secretId} could be proved, so it makes none: add one to its policy.yaml under \`secrets\`, or replace the value by hand.`,
  );
}

function generation(aws: Aws, work: Work): Rotation {
  const { act, secretId, field } = work;
  const versionId = versionOfStep(act.plan, act.step);
  const store = secretStore(aws, secretId);
  return {
    async made({ versions }) {
      const staged = versions.find(({ id }) => id === versionId);
      if (staged !== undefined) return staged;
      const value = await store.read(versionId);
      return value === null
        ? null
        : { id: versionId, value, current: false, pending: false, compromised: false };
    },
    // Also what an earlier plan left waiting: it was given to nobody.
    isOurs: ({ id }) => isOfIncident(act.plan, id),
    async requireSafe() {
      const versions = await versionsOf(aws, secretId);
      if (versions?.rotates !== true) return;
      throw impossible(
        `The secret ${secretId} is rotated by ${versions.rotatedBy ?? 'AWS'}, which a value of custody's would get in the way of: make a new plan.`,
      );
    },
    create: async (held) => ({ versionId, value: valueWith(fresh(), field, held, secretId) }),
    // Whoever takes the value reads it, waiting as it is, or is told of it by the test.
    set: async () => {},
    test: (made) => prove(aws, work, made),
    // Whoever read the secret may have read all that it held.
    isCompromised: () => true,
  };
}

const fresh = (): string => randomBytes(BYTES).toString('base64url');

function valueWith(value: string, field: string | null, { current }: Held, secretId: string): string {
  const fields = jsonObject(current.value);
  if (field === null && fields !== null) {
    throw impossible(
      `The value of the secret ${secretId} is JSON, and nothing says which of its members is the credential: add its \`field\` to the executor's policy.yaml.`,
    );
  }
  if (field === null) return value;
  fieldOf(current.value, field, 'this executor');
  return JSON.stringify({ ...fields, [field]: value });
}

async function prove(aws: Aws, { act, secretId, field, test }: Work, { value }: Stored): Promise<void> {
  const giveUpAt = aws.clock.now() + PROOF_LIMIT_MS;
  for (;;) {
    act.heartbeat();
    const said = await test(fieldOf(value, field, 'the test'));
    if (said === 'works') return;
    if (aws.clock.now() >= giveUpAt) {
      throw new ProviderError(
        'impossible',
        `The new value of ${secretId}, as it waits in the secret (AWSPENDING), does not work: ${said.not}. It was given to nobody. Let whoever takes it accept a waiting value, then order the step again.`,
      );
    }
    await aws.clock.pause(PROOF_PAUSE_MS);
  }
}
