// The default runbook with its rows for what not everybody has: they stand there behind a `#`, as a reader finds them. Prose begins with
// a capital letter or at the edge; such a row begins with the name of a field, or goes on with one.
const ROW = /^( +)# ((?:- )?[a-z{][^ ]*:(?: .*)?| +.*)$/;

export const allRows = (yaml: string): string =>
  yaml
    .split('\n')
    .map((line) => line.replace(ROW, '$1$2'))
    .join('\n');
