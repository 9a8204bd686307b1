// IAM's wildcards: `*` for any run of characters, `?` for one. Pure, and no regular expression: the thief may have written the policy,
// and a pattern must not be able to hold up the checker.

/** Case is ignored, as IAM does for actions; a resource is thereby never read as narrower than it is. */
export function matches(pattern: string, text: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = text.toLowerCase();
  let at = 0;
  let star = -1;
  /** Where the text goes on if the last `*` takes one character more. */
  let retry = 0;
  for (let position = 0; position < given.length; ) {
    if (wanted[at] === '*') {
      star = at;
      at += 1;
      retry = position;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[position])) {
      at += 1;
      position += 1;
    } else if (star !== -1) {
      at = star + 1;
      retry += 1;
      position = retry;
    } else {
      return false;
    }
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}
