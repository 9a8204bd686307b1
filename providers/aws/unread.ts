// Reads that a checker may be denied without the whole look failing: what it could not see is said to people, and no fact rests on it.
import { ProviderError } from '../../domain/provider/provider.ts';
import { isMissing } from './errors.ts';

/** Why something is not known, each reason once. */
export type Unread = Set<string>;

/** null where the permission is missing, or what is read has gone meanwhile; any other error is thrown. */
export async function unlessDenied<T>(
  unread: Unread,
  what: string,
  read: () => Promise<T>,
): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isMissing(error)) {
      unread.add(`${what} is gone`);
      return null;
    }
    // Without a permission's name it is the worker's own credentials: nothing can be read with those.
    if (!(error instanceof ProviderError) || error.permission === undefined) throw error;
    unread.add(`${error.permission} is denied to the checker`);
    return null;
  }
}

/** For people: `Whether … is not known: …` */
export const notKnown = (what: string, unread: Unread): string[] =>
  unread.size === 0
    ? []
    : [
        `${what} not known: ${[...unread].join(', ')}. Grant what is denied (docs/operations.md lists it); it is not guessed.`,
      ];

/** A name or pattern of somebody else's, fit for a screen. */
export function shown(text: string): string {
  const plain = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return plain.length > 120 ? `${plain.slice(0, 119)}…` : plain;
}
