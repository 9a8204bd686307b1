// Another account of the estate's organisation, by the organisation's own calls: made there, and entered as its root for a while.
import type { Credentials } from '../../providers/aws/clients.ts';

export interface SecondAccount {
  account: string;
  root: Credentials;
  /** From now on the organisation holds the account to this service control policy, beside `FullAWSAccess`. */
  hold(document: string): Promise<void>;
}

/** The emulator takes the root credentials without a signature. */
const by = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=test/20261124/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

export async function secondAccount(endpoint: string): Promise<SecondAccount> {
  const organizations = async (
    call: string,
    body: object,
  ): Promise<Record<string, Record<string, string>>> => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        authorization: by('organizations'),
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSOrganizationsV20161128.${call}`,
      },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, Record<string, string>>;
  };
  const query = async (service: string, form: Record<string, string>): Promise<string> => {
    const body = new URLSearchParams({ Version: service === 'iam' ? '2010-05-08' : '2011-06-15', ...form });
    const answer = await fetch(endpoint, { method: 'POST', headers: { authorization: by(service) }, body });
    return answer.text();
  };

  await organizations('CreateOrganization', { FeatureSet: 'ALL' });
  const made = await organizations('CreateAccount', { Email: 'member@example.com', AccountName: 'member' });
  const { AccountId: account = '', Id: CreateAccountRequestId } = made.CreateAccountStatus ?? {};
  for (let state: string | undefined; state !== 'SUCCEEDED'; ) {
    const status = await organizations('DescribeCreateAccountStatus', { CreateAccountRequestId });
    state = status.CreateAccountStatus?.State;
    if (state === 'FAILED') throw new Error('the second account was not made');
  }
  await query('iam', { Action: 'EnableOrganizationsRootSessions' });
  const session = await query('sts', {
    Action: 'AssumeRoot',
    TargetPrincipal: account,
    'TaskPolicyArn.arn': 'arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword',
  });
  const said = (name: string): string => {
    const value = new RegExp(`<${name}>(.*?)</${name}>`).exec(session)?.[1];
    if (value === undefined)
      throw new Error(`the second account could not be entered: ${session.slice(0, 300)}`);
    return value;
  };
  return {
    account,
    async hold(Content) {
      const { Policy } = await organizations('CreatePolicy', {
        Name: 'custody',
        Description: 'custody',
        Type: 'SERVICE_CONTROL_POLICY',
        Content,
      });
      // AWS attaches it to every account that is made; the emulator does not.
      await organizations('AttachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: account });
      const made = Policy as unknown as { PolicySummary: { Id: string } } | undefined;
      await organizations('AttachPolicy', { PolicyId: made?.PolicySummary.Id, TargetId: account });
    },
    root: {
      accessKeyId: said('AccessKeyId'),
      secretAccessKey: said('SecretAccessKey'),
      sessionToken: said('SessionToken'),
    },
  };
}
