// aws/quarantine-auto: the same deny as the quarantine, under a policy of its own name, so that the account itself counts what was cut
// without a person. Once people have decided, the ordinary quarantine takes its place and it comes off.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { lifting } from './lifting.ts';
import { QUARANTINE, QUARANTINE_AUTO } from './policies.ts';
import { notHeldBy } from './wearing.ts';
import { wornKind } from './worn.ts';

export const QUARANTINE_AUTO_KIND = 'aws/quarantine-auto';

export const quarantineAuto = (aws: Aws): CredentialKind => {
  const alone = lifting(aws, QUARANTINE_AUTO);
  const isHeld = async (userName: string) => (await notHeldBy(aws, userName, QUARANTINE)) === undefined;
  return wornKind(aws, {
    kind: QUARANTINE_AUTO_KIND,
    policy: QUARANTINE_AUTO,
    denies: { inWords: 'key and session', to: ['key', 'session'] },
    off: {
      permissions: alone.permissions,
      /** Under the ordinary quarantine nothing that it stopped comes back. */
      async ask(act, userName) {
        if (!(await isHeld(userName))) await alone.ask(act, userName);
      },
      async see(user, plan) {
        return (await isHeld(user.userName))
          ? { holds: true, saw: `${QUARANTINE_AUTO.name} is off; ${QUARANTINE.name} is on.` }
          : alone.see(user, plan);
      },
    },
  });
};
