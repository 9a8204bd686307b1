// What can never happen in a runbook: classes and rows behind others that take everything from them, and patterns that fit nothing.
// Whoever wrote such a row relies on it, so it is an error.
import { isAccount } from '../../domain/detection/aws-principal.ts';
import { fits, isPattern } from '../../domain/runbook/pattern.ts';
import type { RunbookClass } from '../../domain/runbook/runbook.schema.ts';
import type { Finding } from '../directory-checks.ts';
import type { Path } from '../policy-file.ts';
import { eachPattern, unless, type RunbookCheck } from './check.ts';

/** Facts are true, false or unknown, so a class takes all of another's only by asking for a part of what that one asks for. */
const takesAllOf = (earlier: RunbookClass, later: RunbookClass): boolean =>
  (earlier.provider === undefined || earlier.provider === later.provider) &&
  Object.entries(earlier.when).every(
    ([fact, value]) => later.when[fact as keyof RunbookClass['when']] === value,
  );

const classesAreReached: RunbookCheck = {
  name: 'classesAreReached',
  file: 'runbook.yaml',
  check: ({ classes }) =>
    classes.flatMap((one, i) => {
      const before = classes.slice(0, i).find((earlier) => takesAllOf(earlier, one));
      return unless(
        before === undefined,
        ['classes', i, 'when'],
        `never reached: ${before?.name} stands before it and fits whatever ${one.name} fits; put ${one.name} first or remove it`,
      );
    }),
};

const patternsArePatterns: RunbookCheck = {
  name: 'patternsArePatterns',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachPattern(runbook, (pattern, path) =>
      unless(
        isPattern(pattern),
        path,
        `${pattern} is not a pattern over identities' keys: provider/account/kind/reference, with * within a part`,
      ),
    ),
};

/** A pattern that fits another pattern, read as a text, fits whatever that one fits: no pattern can name `*` itself. */
const patternsAreReached: RunbookCheck = {
  name: 'patternsAreReached',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachPattern(runbook, (pattern, path, before) => {
      const wider = before.find((earlier) => fits(earlier, pattern));
      return unless(
        wider === undefined,
        path,
        `never reached: ${wider} stands before it and fits whatever this fits; put the narrower one first or remove it`,
      );
    }),
};

const tagsAreReached: RunbookCheck = {
  name: 'tagsAreReached',
  file: 'runbook.yaml',
  check: ({ owners }) => {
    const seen = new Set<string>();
    return owners.flatMap(({ tag }, i) => {
      if (tag === undefined) return [];
      const name = JSON.stringify([tag.key, tag.value]);
      const first = !seen.has(name);
      seen.add(name);
      return unless(
        first,
        ['owners', i, 'tag'],
        `never reached: a row for the tag ${tag.key}=${tag.value} stands before it; remove one of them`,
      );
    });
  },
};

const AWS_KINDS = ['iam-user', 'iam-role', 'federated-user', 'root', 'access-key', 'unique-id'];

const patternsCanFit: RunbookCheck = {
  name: 'patternsCanFit',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachPattern(runbook, (pattern, path) => {
      if (!isPattern(pattern)) return [];
      const encoded = pattern.split('/').map(asInKeys).join('/');
      if (encoded !== pattern)
        return [{ path, says: `fits nothing: keys are written percent-encoded; write ${encoded}` }];
      const [provider, account = '', kind = ''] = pattern.split('/');
      if (provider !== 'aws') return [];
      return [
        ...unless(
          account.includes('*') || account === '-' || isAccount(account),
          path,
          `fits nothing: an AWS account number has 12 digits, ${account} is none`,
        ),
        ...unless(
          AWS_KINDS.some((known) => fits(kind, known)),
          path,
          `fits nothing: ${kind} is no kind of AWS identity; there are ${AWS_KINDS.join(', ')}`,
        ),
      ];
    }),
};

/** What `encodeURIComponent` leaves alone stays, and so does what is encoded already. */
const asInKeys = (segment: string): string =>
  segment.replace(/[^A-Za-z0-9\-_.!~*'()%]+/gu, (text) =>
    encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd')),
  );

const accountsAreReal: RunbookCheck = {
  name: 'accountsAreReal',
  file: 'runbook.yaml',
  check: ({ executors, checkers }) => {
    const of = (part: string, table: Readonly<Record<string, { provider: string; accounts: string[] }>>) =>
      Object.entries(table).flatMap(([name, { provider, accounts }]): Finding[] =>
        provider === 'aws'
          ? accounts.flatMap((account, i) => realOne(account, [part, name, 'accounts', i]))
          : [],
      );
    return [...of('executors', executors), ...of('checkers', checkers)];
  },
};

const realOne = (account: string, path: Path): Finding[] =>
  unless(
    account === '*' || isAccount(account),
    path,
    `${account} is no AWS account number: 12 digits in quotes, or '*' for all`,
  );

export const reachChecks: readonly RunbookCheck[] = [
  classesAreReached,
  patternsArePatterns,
  patternsAreReached,
  tagsAreReached,
  patternsCanFit,
  accountsAreReal,
];
