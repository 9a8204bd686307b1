// The clients of an account for a look at all of it: no faster than other users of its quotas can bear, asked again where AWS is busy,
// and what many identities have in common is read once.
import { ProviderError } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';

/** IAM does not say how much it takes; a checker and executors at work share it. */
const GAP_MS = 50;
const PATIENCE_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000];

/** What does not belong to the one identity that is looked at. */
const COMMON: readonly string[] = [
  'GetPolicyCommand',
  'GetPolicyVersionCommand',
  'ListRolesCommand',
  'ListUsersCommand',
  'ListGroupPoliciesCommand',
  'GetGroupPolicyCommand',
  'ListAttachedGroupPoliciesCommand',
  'ListRolePoliciesCommand',
  'GetRolePolicyCommand',
  'ListAttachedRolePoliciesCommand',
];

const passes = ({ sort }: ProviderError): boolean => sort === 'throttled' || sort === 'retry';

type Send = (command: { input: unknown }, ...rest: unknown[]) => Promise<unknown>;

/** Over the same connections: what others do with them is not slowed down. */
export function sweeping(aws: Aws): Aws {
  const { clock } = aws;
  const known = new Map<string, Promise<unknown>>();
  let next = 0;

  const turn = async (): Promise<void> => {
    const now = clock.now();
    const at = Math.max(now, next);
    next = at + GAP_MS;
    if (at > now) await clock.pause(at - now);
  };

  const patient = async (send: () => Promise<unknown>): Promise<unknown> => {
    for (const wait of PATIENCE_MS) {
      await turn();
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof ProviderError && passes(error))) throw error;
        await clock.pause(wait);
      }
    }
    await turn();
    return send();
  };

  /** `isCommon`: whether what this command reads belongs to no one identity. */
  const over = <Client extends { send: unknown }>(
    client: Client,
    isCommon: (command: string) => boolean,
  ): Client => {
    const send: Send = (command, ...rest) => {
      const own = () => patient(() => (client.send as Send).call(client, command, ...rest));
      const name = command.constructor.name;
      if (!isCommon(name)) return own();
      const asked = `${name} ${JSON.stringify(command.input)}`;
      const before = known.get(asked);
      if (before !== undefined) return before;
      const answer = own();
      known.set(asked, answer);
      // What is denied or not there stays so for this look; what failed otherwise is not known.
      answer.catch((error: unknown) => {
        if (!(error instanceof ProviderError) || passes(error)) known.delete(asked);
      });
      return answer;
    };
    // Paginators ask whether it is one of the SDK's clients.
    return new Proxy(client, {
      get: (target, name) => (name === 'send' ? send : (Reflect.get(target, name, target) as unknown)),
    });
  };

  return {
    ...aws,
    iam: over(aws.iam, (command) => COMMON.includes(command)),
    organizations: over(aws.organizations, () => true),
    secrets: (secretId) => over(aws.secrets(secretId), () => false),
    withoutTrail: true,
  };
}
