// Patterns over KEYs (`aws/123456789012/iam-user/deploy-*`): `*` stands for any run of characters within one segment.
// Linear, whatever the pattern: a runbook must not be able to make the clock wait for a regular expression.

/** Whether a KEY fits a pattern. Both have the same number of segments, or they do not fit. */
export function fits(pattern: string, key: string): boolean {
  const patterns = pattern.split('/');
  const segments = key.split('/');
  return (
    patterns.length === segments.length && patterns.every((one, i) => segmentFits(one, segments[i] ?? ''))
  );
}

/** Greedy from the left: the first place where each piece fits is as good as any later one. */
function segmentFits(pattern: string, segment: string): boolean {
  const [head = '', ...pieces] = pattern.split('*');
  const tail = pieces.pop();
  if (tail === undefined) return pattern === segment;
  if (!segment.startsWith(head) || segment.length < head.length + tail.length || !segment.endsWith(tail))
    return false;
  const end = segment.length - tail.length;
  let at = head.length;
  for (const piece of pieces) {
    const found = segment.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

/** Whether a text is a pattern over KEYs at all: provider/account/kind/reference. */
export const isPattern = (text: string): boolean => {
  const segments = text.split('/');
  return segments.length === 4 && segments.every((segment) => segment !== '');
};
