// aws/mfa-device: take an MFA device off a user. Only one that appeared since the compromise: the thief's, by which calls would pass
// that policies hold to MFA. It cannot be put back: enrolling a device needs two of its codes, so its owner does that again.
import { DeactivateMFADeviceCommand } from '@aws-sdk/client-iam';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { impossible, isMissing } from './errors.ts';
import { named, userNameOf } from './target.ts';
import { MFA_DEVICES_PERMISSIONS, mfaDevicesOf } from './ways-back.ts';

export const mfaDevice = (aws: Aws): CredentialKind => ({
  kind: 'aws/mfa-device',
  reversibility: 'replace-only',
  permissions: {
    apply: [...MFA_DEVICES_PERMISSIONS, 'iam:DeactivateMFADevice'],
    undo: [],
    check: [...MFA_DEVICES_PERMISSIONS],
  },

  async apply(act) {
    const userName = userNameOf(aws, act);
    const serialNumber = named(act.step, 'serialNumber');
    const evidence = { serialNumber };
    if (!(await hasDevice(aws, userName, serialNumber))) return { wasSo: true, evidence };
    try {
      await aws.iam.send(new DeactivateMFADeviceCommand({ UserName: userName, SerialNumber: serialNumber }));
    } catch (error) {
      if (!isMissing(error)) throw error;
      return { wasSo: true, evidence };
    }
    return { wasSo: false, evidence };
  },

  async undo() {
    throw impossible(
      'An MFA device is enrolled by two of its codes, which only its owner has: they enrol it again.',
    );
  },

  async check({ plan, step }) {
    const userName = userNameOf(aws, { plan, step });
    const serialNumber = named(step, 'serialNumber');
    return (await hasDevice(aws, userName, serialNumber))
      ? { holds: false, saw: `The MFA device ${serialNumber} is on the user ${userName}.` }
      : { holds: true, saw: `The MFA device ${serialNumber} is not on the user ${userName}.` };
  },
});

const hasDevice = async (aws: Aws, userName: string, serialNumber: string): Promise<boolean> =>
  (await mfaDevicesOf(aws, userName)).some((one) => one.serialNumber === serialNumber);
