// Read-only: a secret whose own value is what was stolen (a token, a password that no other plane knows): its versions, who reads it, how a
// new value comes into it. Values are not read here: the checker could not if it wanted to.
import type { DiscoverRequest } from '../../domain/plan/order.schema.ts';
import type { Discovery, Proposal } from '../../domain/plan/plan.schema.ts';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import { secretNameOf } from '../secrets/rule.ts';
import type { Aws } from './clients.ts';
import { COMPROMISED_VERSIONS_KIND } from './compromised-versions.ts';
import { GENERATED_SECRET_KIND } from './generated-secret.ts';
import { NATIVE_ROTATION_KIND } from './native-rotation.ts';
import { lettingGoOf } from './proposals.ts';
import { readersInWords, readersOf } from './readers.ts';
import { aboutSecret } from './consumers.ts';
import { isMarked, isPending, type SecretVersions, versionsOf } from './secret-store.ts';
import { unknownConsumers } from './unknown-consumers.ts';

export async function discoverSecret(
  aws: Aws,
  kinds: Readonly<Record<string, CredentialKind>>,
  { identity, secret, consumers: known = [], letsGo }: DiscoverRequest,
): Promise<Discovery> {
  const reference = identity.reference;
  // The runbook may know it by its ARN, which says the region too.
  const secretId = secret !== null && secretNameOf(secret) === reference ? secret : reference;
  const versions = await versionsOf(aws, secretId);
  if (versions === null) {
    return {
      identity: null,
      waysIn: [],
      facts: [],
      proposals: {},
      concerns: [`The secret ${secretId} does not exist in the account ${aws.account} and this region.`],
    };
  }
  const kind = versions.rotatedBy === null ? GENERATED_SECRET_KIND : NATIVE_ROTATION_KIND;
  const readers = await readersOf(aws, versions.arn);
  return {
    identity: { provider: 'aws', account: aws.account, kind: 'secret', reference },
    waysIn: Object.entries(versions.stages)
      .filter(([, stages]) => stages.length > 0)
      .map(([id, stages]) => ({
        kind: 'secret-version',
        id,
        status: stages.filter((stage) => stage.startsWith('AWS')).join(', ') || 'kept',
        createdAt: null,
        lastUsedAt: null,
        stolen: !isMarked(versions, id) && stages.includes('AWSCURRENT'),
      }))
      .slice(0, 100),
    facts: [],
    proposals: {
      cut: [
        rotation(kind, kinds, secretId, versions.rotatedBy),
        ...(letsGo === true ? [lettingGo(kinds, secretId)] : []),
      ],
    },
    consumers: [aboutSecret({ id: secretId, ...versions }), ...readersInWords(readers)].slice(0, 50),
    findings: unknownConsumers(secretId, aws.account, readers, known),
    concerns: concernsOf(secretId, versions),
  };
}

function rotation(
  kind: string,
  kinds: Readonly<Record<string, CredentialKind>>,
  secretId: string,
  rotatedBy: string | null,
): Proposal {
  const declared = declaredIn(kinds, kind);
  return {
    kind,
    verb: 'apply',
    // A new value ends the old one wherever it is taken, so this is the cut.
    phase: 'containment',
    part: 'owner',
    reversibility: declared.reversibility,
    permissions: [...declared.permissions.apply],
    target: { secretId },
    does:
      rotatedBy === null
        ? `Make a new random value for the secret ${secretId}, prove it by the test of its owner's executor, and give it to the secret's readers.`
        : `Have the function of the secret ${secretId} (${rotatedBy.slice(0, 200)}) rotate it, and watch it to the end.`,
    undo: 'None: the old value is compromised. Another rotation can be ordered.',
    check: 'The secret gives its readers the new version, and no version that is marked as compromised.',
  };
}

function lettingGo(kinds: Readonly<Record<string, CredentialKind>>, secretId: string): Proposal {
  const declared = declaredIn(kinds, COMPROMISED_VERSIONS_KIND);
  return {
    kind: COMPROMISED_VERSIONS_KIND,
    verb: 'apply',
    phase: 'hardening',
    reversibility: declared.reversibility,
    permissions: [...declared.permissions.apply],
    ...lettingGoOf({ secretId }),
  };
}

function declaredIn(kinds: Readonly<Record<string, CredentialKind>>, kind: string): CredentialKind {
  const declared = kinds[kind];
  if (declared === undefined) throw new RangeError(`no credential kind ${kind}`);
  return declared;
}

function concernsOf(secretId: string, { rotates, rotatedBy, deletedAt, stages }: SecretVersions): string[] {
  const pending = Object.entries(stages).find(
    ([, names]) => isPending(names) && !names.includes('AWSCURRENT'),
  );
  return [
    ...(deletedAt === null
      ? []
      : [
          `The secret ${secretId} was ordered to be deleted at ${deletedAt}: take that back (aws secretsmanager restore-secret) while its recovery window is open, or nothing can be rotated.`,
        ]),
    ...(rotatedBy !== null && !rotates
      ? [
          `Rotation of the secret ${secretId} was cancelled: turn it on again, or its function cannot be asked for a new value.`,
        ]
      : []),
    ...(pending === undefined
      ? []
      : [
          `A rotation of the secret ${secretId} is under way or was left unfinished: AWSPENDING stands on the version ${pending[0]}.`,
        ]),
    `Custody cannot see where the stolen value of ${secretId} is taken: whoever takes it must refuse the old one once the new one is given out.`,
  ];
}
