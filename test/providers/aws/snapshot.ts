// A user as AWS lists it, as canonical JSON: what an undo must leave as it was.
import {
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
  ListUserTagsCommand,
} from '@aws-sdk/client-iam';
import { canonical } from '../../../domain/encoding/canonical.ts';

/** All that makes up the user's access. Last use is not part of it: reading changes it. */
export async function snapshotOf(
  client: IAMClient,
  UserName: string,
  keys: 'with keys' | 'without' = 'with keys',
): Promise<string> {
  const names = (await client.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames ?? [];
  const inline = await Promise.all(
    names.toSorted().map(async (PolicyName) => {
      const { PolicyDocument } = await client.send(new GetUserPolicyCommand({ UserName, PolicyName }));
      return { PolicyName, PolicyDocument: PolicyDocument ?? null };
    }),
  );
  const { AttachedPolicies = [] } = await client.send(new ListAttachedUserPoliciesCommand({ UserName }));
  const { Groups = [] } = await client.send(new ListGroupsForUserCommand({ UserName }));
  const { Tags = [] } = await client.send(new ListUserTagsCommand({ UserName }));
  const { User } = await client.send(new GetUserCommand({ UserName }));
  const { AccessKeyMetadata = [] } = await client.send(new ListAccessKeysCommand({ UserName }));
  return canonical({
    inline,
    attached: AttachedPolicies.map(({ PolicyArn }) => PolicyArn ?? '').toSorted(),
    groups: Groups.map(({ GroupName }) => GroupName ?? '').toSorted(),
    tags: Tags.map(({ Key, Value }) => `${Key}=${Value}`).toSorted(),
    boundary: User?.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    path: User?.Path ?? null,
    keys:
      keys === 'without'
        ? []
        : AccessKeyMetadata.map(({ AccessKeyId, Status }) => `${AccessKeyId} ${Status}`).toSorted(),
  });
}
