// The plans of an identity before there is an incident about it: for `plan show ALERT|ARN`. As cli/readiness.ts does, it
// loads workers: it looks with a checker's credentials, which no other command holds.
import type { Suspicion } from '../workers/look-ahead.ts';
import { alertsIn } from './alerts.ts';
import { keyOfArn } from './identity-named.ts';
import { accessLines } from './screen/access.ts';
import { indented } from './screen/columns.ts';
import { permissionLines } from './screen/permissions.ts';
import { factLines, planLines } from './screen/plan.ts';
import { consequencesLines } from './screen/shown-plan.ts';
import type { Terminal } from './terminal.ts';

/** An incident is named by none of these. */
export const isAhead = (named: string): boolean =>
  named === '-' || named.startsWith('arn:') || named.endsWith('.json');

export async function showAhead(terminal: Terminal, named: string, json: boolean): Promise<boolean> {
  const { suspicions, whole } = await suspicionsIn(terminal, named);
  const { lookAheadHere } = await import('../workers/look-ahead.ts');
  for (const suspicion of suspicions) {
    const ahead = await lookAheadHere(suspicion, terminal.env, () => terminal.client());
    if (json) {
      terminal.data(JSON.stringify(ahead));
      continue;
    }
    const now = terminal.now();
    terminal.lines([
      `${ahead.key}, class ${ahead.class}, owner ${ahead.owner ?? 'NOBODY'}: no incident, and nothing is opened`,
      'Each hash is of this moment: an incident lays down its own plan, with its own times and hash.',
      ...ahead.plans.flatMap((shown) => [
        ...planLines(shown.plan, shown.hash, now),
        ...indented(consequencesLines(shown, now)),
      ]),
      ...(ahead.plans.length === 0 ? ['There is no plan: it could not be contained by custody today.'] : []),
      ...factLines({ ...ahead, missingPermissions: [] }),
      ...accessLines(ahead),
      ...permissionLines(ahead.executors),
    ]);
  }
  return whole && suspicions.length > 0;
}

async function suspicionsIn(
  terminal: Terminal,
  named: string,
): Promise<{ suspicions: Suspicion[]; whole: boolean }> {
  if (named.startsWith('arn:')) {
    return { suspicions: [{ key: keyOfArn(named), credential: null, facts: [] }], whole: true };
  }
  const { detections, whole } = await alertsIn(terminal, [named]);
  const suspicions = detections.flatMap(({ key, credentialId, classification, sourceId, why }) => {
    if (key !== null) return [{ key, credential: credentialId, facts: classification }];
    terminal.err(`custody: ${sourceId} opens no incident: ${why}`);
    return [];
  });
  return { suspicions, whole };
}
