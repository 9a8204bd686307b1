// Whether the cut-off fits among the inline policies of each role whose sessions are to be ended. Read-only.
import type { Aws } from '../clients.ts';
import { unlessDenied } from '../unread.ts';
import { inlineCharacters } from '../wearing.ts';
import { CUT_OFF, cutOffWrittenAt, policyOf } from './cut-off.ts';
import { INLINE_CHARACTERS } from './inline.ts';
import type { Role } from './roles.ts';
import { roleWearer } from './wearing.ts';

export async function roomConcerns(
  aws: Aws,
  roles: readonly Pick<Role, 'roleName' | 'called'>[],
): Promise<string[]> {
  const needed = policyOf(cutOffWrittenAt(aws.clock.now())).length;
  const concerns: string[] = [];
  for (const { roleName, called } of roles) {
    const beside = await unlessDenied(new Set(), called, () =>
      inlineCharacters(roleWearer(aws, roleName), CUT_OFF),
    );
    if (beside === null || beside + needed <= INLINE_CHARACTERS) continue;
    concerns.push(
      `The inline policies of the ${called} have ${beside} characters, and AWS allows ${INLINE_CHARACTERS}: make one of them a managed policy, ${CUT_OFF} needs ${needed}.`,
    );
  }
  return concerns;
}
