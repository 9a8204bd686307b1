// Every list of IAM cut into pages of one, as AWS may at any time: a reader that stops at the first page sees one entry and fails.
import type { Aws } from '../../../providers/aws/clients.ts';

type Answer = Record<string, unknown>;

/** Of an answer with pages, the member that holds the entries. */
const entriesOf = (answer: Answer): string | undefined =>
  'IsTruncated' in answer ? Object.keys(answer).find((name) => Array.isArray(answer[name])) : undefined;

/** Calls of which a second page was asked for. */
export function inPagesOfOne(aws: Aws): Set<string> {
  const turned = new Set<string>();
  const cut =
    <Args, Result>(next: (args: Args) => Promise<Result>, context: { commandName?: string }) =>
    async (args: Args): Promise<Result> => {
      const { Marker, ...input } = (args as { input: Answer }).input;
      const said = await next({ ...args, input });
      const { output } = said as { output: Answer };
      const name = entriesOf(output);
      if (name === undefined) return said;
      const entries = output[name] as unknown[];
      const from = Number(Marker ?? 0);
      if (Marker !== undefined) turned.add(context.commandName?.replace(/Command$/, '') ?? '');
      const IsTruncated = from + 1 < entries.length;
      const page = {
        ...output,
        [name]: entries.slice(from, from + 1),
        IsTruncated,
        Marker: IsTruncated ? String(from + 1) : undefined,
      };
      return { ...said, output: page };
    };
  aws.iam.middlewareStack.add(cut, { step: 'initialize', name: 'pagesOfOne', priority: 'low' });
  return turned;
}

/** Every page of one list is followed by another like it. */
export function withoutEnd(aws: Aws, command: string, list: string, entriesInAPage: number): void {
  const cut =
    <Args, Result>(next: (args: Args) => Promise<Result>, context: { commandName?: string }) =>
    async (args: Args): Promise<Result> => {
      if (context.commandName !== `${command}Command`) return next(args);
      const input = { ...(args as { input: Answer }).input, Marker: undefined };
      const said = await next({ ...args, input });
      const { output } = said as { output: Answer };
      const all = output[list] as unknown[];
      const entries = Array.from({ length: entriesInAPage }, (_one, at) => all[at % all.length]);
      return { ...said, output: { ...output, [list]: entries, IsTruncated: true, Marker: 'next' } };
    };
  aws.iam.middlewareStack.add(cut, { step: 'initialize', name: 'withoutEnd', priority: 'low' });
}
