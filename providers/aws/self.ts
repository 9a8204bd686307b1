// Who this worker itself is, as STS says: a worker must not cut itself, and can ask IAM what it may. STS needs no permission for it.
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { keyOf } from '../../domain/identity/identity.ts';
import type { Aws } from './clients.ts';

interface Caller {
  /** Of the user; of the role, where this is a session of it: the session itself has no policies. null: neither. */
  arn: string | null;
  /** KEY of that user or role; the ARN as STS gives it where it is neither. */
  key: string;
}

/** `aws`, `aws-cn`, `aws-us-gov`: where the worker's own credentials are from. */
export async function partitionOf({ sts }: Pick<Aws, 'sts'>): Promise<string> {
  const { Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return Arn.split(':')[1] || 'aws';
}

export async function callerOf(aws: Aws): Promise<Caller> {
  const { Arn = '' } = await aws.sts.send(new GetCallerIdentityCommand({}));
  const [, partition, service, , account = '', resource = ''] = Arn.split(':');
  const key = (kind: string, reference: string) => keyOf({ provider: 'aws', account, kind, reference });
  const [kind, first = '', ...rest] = resource.split('/');
  if (service === 'iam' && kind === 'user' && first !== '')
    return { arn: Arn, key: key('iam-user', rest.at(-1) ?? first) };
  if (service === 'sts' && kind === 'assumed-role' && first !== '')
    return { arn: `arn:${partition}:iam::${account}:role/${first}`, key: key('iam-role', first) };
  if (service === 'iam' && resource === 'root') return { arn: null, key: key('root', 'root') };
  return { arn: null, key: Arn };
}
