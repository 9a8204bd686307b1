// Roles that a user can become: sessions that the thief made of them outlive the user's keys, and a deny on the user does not reach them.
import type { Aws } from '../clients.ts';
import type { Granted } from '../granted.ts';
import { type Unread, notKnown, unlessDenied } from '../unread.ts';
import type { User } from '../users.ts';
import { type Chains, chainsFrom } from './chains.ts';

export interface Becoming {
  /** null: the roles could not be listed. */
  chains: Chains | null;
  /** Why not. */
  unread: Unread;
  concerns: string[];
}

export async function becoming(aws: Aws, user: User, granted: Granted): Promise<Becoming> {
  const unread: Unread = new Set();
  const chains = await unlessDenied(unread, 'the roles', () => chainsFrom(aws, user, granted));
  const concerns =
    chains === null
      ? notKnown(`Which roles the ${user.called} can become is`, unread)
      : concernsOf(user, chains);
  return { chains, unread, concerns };
}

function concernsOf(user: User, chains: Chains): string[] {
  const names = [...chains.chained.map(({ role }) => role.roleName), ...chains.elsewhere];
  if (names.length === 0) return [];
  return [
    `The ${user.called} can become ${names.length === 1 ? 'a role' : `${names.length} roles`}, and the thief may have. Their sessions outlive this cut, up to twelve hours: open an incident about each that was become, which ends them. ${names.join(', ')}${chains.more > 0 || chains.cut ? ', and more' : ''}.`,
  ];
}
