// What can never happen in a runbook: classes and owners rows behind others that take everything from them, and patterns that fit nothing.
// Whoever wrote such a row relies on it, so it is an error.
import { isAccount } from '../../domain/detection/aws-principal.ts';
import { fits, isPattern } from '../../domain/runbook/pattern.ts';
import type { RunbookClass } from '../../domain/runbook/runbook.schema.ts';
import type { Finding } from '../directory-checks.ts';
import type { Path } from '../policy-file.ts';
import { unless, type RunbookCheck } from './check.ts';

/** Facts are true, false or unknown, so a class takes all of another's only by asking for a part of what that one asks for. */
const takesAllOf = (earlier: RunbookClass, later: RunbookClass): boolean =>
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

/** A pattern that fits another pattern, read as a text, fits whatever that one fits: no pattern can name `*` itself. */
const ownersAreReached: RunbookCheck = {
  name: 'ownersAreReached',
  file: 'runbook.yaml',
  check: ({ owners }) =>
    owners.flatMap(({ identity }, i) => {
      const before = owners.slice(0, i).find((earlier) => fits(earlier.identity, identity));
      return unless(
        before === undefined,
        ['owners', i, 'identity'],
        `never reached: ${before?.identity} stands before it and fits whatever this fits; put the narrower one first or remove it`,
      );
    }),
};

const AWS_KINDS = ['iam-user', 'iam-role', 'role-session', 'federated-user', 'root', 'access-key'];

const ownersCanFit: RunbookCheck = {
  name: 'ownersCanFit',
  file: 'runbook.yaml',
  check: ({ owners }) =>
    owners.flatMap(({ identity }, i) => {
      const path = ['owners', i, 'identity'];
      if (!isPattern(identity)) return [];
      const encoded = identity.split('/').map(asInKeys).join('/');
      if (encoded !== identity)
        return [{ path, says: `fits nothing: keys are written percent-encoded; write ${encoded}` }];
      const [provider, account = '', kind = ''] = identity.split('/');
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
  ownersAreReached,
  ownersCanFit,
  accountsAreReal,
];
