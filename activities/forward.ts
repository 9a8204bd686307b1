// Hands alerts on to the incident of the identity that they are about, which is opened where it is not there yet.
import type { Detection } from '../domain/detection/detection.schema.ts';
import { type Identity, keyOf } from '../domain/identity/identity.ts';

export interface ForwardDependencies {
  /** Signals the incident of the detection's key, starting it if need be. */
  detect: (detection: Detection) => Promise<unknown>;
}

export const forwardActivities = ({ detect }: ForwardDependencies) => ({
  async forward({ to, detections }: { to: Identity; detections: Detection[] }): Promise<void> {
    for (const detection of detections) await detect(addressedTo(to, detection));
  },
});

/** The alert as it was, but for whom it is about: that has been found out. */
function addressedTo(to: Identity, detection: Detection): Detection {
  const key = keyOf(to);
  if (detection.key === key) return detection;
  const why = `${detection.why}; found to belong to ${key}`.slice(0, 500);
  return {
    ...detection,
    accountId: to.account,
    identityKind: `${to.provider}-${to.kind}`,
    identityRef: to.reference,
    key,
    why,
  };
}
