// aws/login-profile: remove the console password. Not a reset: a password that somebody else can set again would look the same to IAM,
// one that is gone is seen to be gone. Sessions of the console are sessions, and die by the quarantine or `custody-no-sessions`.
import { DeleteLoginProfileCommand } from '@aws-sdk/client-iam';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { impossible, isMissing } from './errors.ts';
import { userNameOf } from './target.ts';
import { loginProfileOf } from './ways-in.ts';

const READ = ['iam:GetLoginProfile'] as const;

export const loginProfile = (aws: Aws): CredentialKind => ({
  kind: 'aws/login-profile',
  reversibility: 'replace-only',
  permissions: { apply: [...READ, 'iam:DeleteLoginProfile'], undo: [], check: [...READ] },

  async apply(act) {
    const userName = userNameOf(aws, act);
    const evidence = { userName };
    if ((await loginProfileOf(aws, userName)) === null) return { wasSo: true, evidence };
    try {
      await aws.iam.send(new DeleteLoginProfileCommand({ UserName: userName }));
    } catch (error) {
      if (!isMissing(error)) throw error;
      return { wasSo: true, evidence };
    }
    return { wasSo: false, evidence };
  },

  async undo() {
    throw impossible(
      'A compromised password does not come back. Whoever needs the console is given a new one by those who run IAM.',
    );
  },

  async check({ plan, step }) {
    const userName = userNameOf(aws, { plan, step });
    const profile = await loginProfileOf(aws, userName);
    return profile === null
      ? { holds: true, saw: `The user ${userName} has no console password.` }
      : {
          holds: false,
          saw: `The user ${userName} has a console password, set up at ${profile.createdAt ?? 'no known time'}.`,
        };
  },
});
