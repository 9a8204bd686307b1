// What an alert shows, in the words of the frameworks: only what its own fields say, never a guess at how the credential was lost.
import type { Detection } from '../detection/detection.schema.ts';
import type { Outcomes } from './frameworks.ts';

interface Shown {
  says: string;
  when(detection: Detection): boolean;
  outcomes: Outcomes;
}

const exposed = ({ classification }: Detection): boolean =>
  classification.some(({ fact, value }) => fact === 'externallyExposed' && value);

/** AWS's own prefixes ("IAM identifiers"): a session's key begins with ASIA, a key that lasts until it is deleted with AKIA. */
const begins =
  (prefix: string) =>
  ({ provider, credentialId }: Detection): boolean =>
    provider === 'aws' && credentialId?.startsWith(prefix) === true;

/** All that fit count. */
export const ALERT_OUTCOMES: readonly Shown[] = [
  {
    says: 'an account of the cloud is used by somebody else',
    // A credential that lies in public has not been used yet, as far as the alert says.
    when: (detection) => detection.provider === 'aws' && !exposed(detection),
    outcomes: { attack: ['T1078.004'] },
  },
  { says: 'a session is used', when: begins('ASIA'), outcomes: { attack: ['T1550.001'] } },
  { says: 'the credential is a long-lived key', when: begins('AKIA'), outcomes: { nhi: ['NHI7'] } },
];
