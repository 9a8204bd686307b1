// Where a secret lies open, as an alert says: enough to find and clean the place, and no more. A query, a fragment and a user's
// name are left out, because they often let in whoever has the address.
import { looksSecret, withoutSecrets } from './secrets.ts';

const SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;
/** `github.com/shop/deploy`, `www.example.com`. */
const HOST_FIRST = /^[a-z\d-]+(?:\.[a-z\d-]+)+(?::\d+)?(?:[/?#]|$)/i;
/** `git@github.com:shop/deploy.git`, as git names a repository. */
const SCP = /^[\w.-]+@([\w.-]+):(?!\d+\/|\/)/;
const REMOVED = '[removed]';

/** null where it is no single address. What has the form of one and cannot be read is removed whole. */
export function addressOf(text: string, longest: number): string | null {
  const given = text.trim().replace(SCP, '$1/');
  if (SCHEME.test(given)) return cleaned(given, longest);
  if (!HOST_FIRST.test(given) || /\s/.test(given)) return null;
  return cleaned(`https://${given}`, longest + 'https://'.length).replace('https://', '');
}

/** Of a text that has addresses in it. */
export function withoutQueries(text: string): string {
  return text
    .split(/(\s+)/)
    .map((word) =>
      /[/\\.@]/.test(word) ? word.replace(/[?#].*$/s, '').replace(/(^|[/\\])[^/\\]*@/, '$1') : word,
    )
    .join('');
}

function cleaned(text: string, longest: number): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return REMOVED;
  }
  const path = url.pathname.split('/').map((segment) => (holdsSecret(segment) ? REMOVED : segment));
  const address = `${url.protocol}//${withoutSecrets(url.host)}${withoutSpread(path).join('/')}`.replace(
    /\/$/,
    '',
  );
  // A cut within a name would name another place.
  return address.length <= longest ? address : address.slice(0, address.lastIndexOf('/', longest));
}

function holdsSecret(segment: string): boolean {
  if (looksSecret(segment)) return true;
  try {
    return looksSecret(decodeURIComponent(segment));
  } catch {
    return true;
  }
}

/** A word, a number or a commit: what people and their tools name things by. */
const PLAIN = /^(?:[A-Z]?[a-z]{2,}|[A-Z]{3,}|\d{3,}|[\da-f]{7,})$/;

/**
 * AWS secrets have slashes in them, so one may lie over several segments: 40 characters (or hundreds, a session token) of which none
 * is a plain word. The path as a whole cannot be judged like other texts: every long address would be taken for a secret.
 */
function withoutSpread(path: readonly string[]): string[] {
  for (let from = 0; from < path.length; from++) {
    for (let to = path.length; to > from + 1; to--) {
      const spread = path.slice(from, to);
      const long = spread.join('/').length;
      if ((long !== 40 && long < 100) || !spread.every((one) => /^[\w+-]*$/.test(one) && !PLAIN.test(one)))
        continue;
      return [...path.slice(0, from), REMOVED, ...withoutSpread(path.slice(to))];
    }
  }
  return [...path];
}
