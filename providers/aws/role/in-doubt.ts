// Who is to be kept from becoming a role: whoever made the sessions that alerts name or, where CloudTrail does not tell, everybody who
// became it since the compromise; and whom its trust policy let in while the incident was under way. Pure. Like the keys in doubt it says
// the same however far the plan has come. Never a service of AWS, nor logins of an identity provider: these are stopped at their source.
import { epochMs, type Instant } from '../../../domain/instant/instant.ts';
import type { TrailEvent } from '../trail/event.ts';
import { shown } from '../unread.ts';
import type { Denied } from './denied.ts';
import type { Role } from './roles.ts';

export interface Asked {
  account: string;
  role: Pick<Role, 'arn' | 'called' | 'trust'>;
  /** By alerts: keys of sessions; by the incident: ways in that appeared. */
  named: readonly string[];
  /** As CloudTrail tells, since the compromise. */
  became: readonly TrailEvent[];
  /** From when on the alerts speak of the thief. */
  since: Instant;
  /** What stands in the trust policy already. */
  standing: Denied | null;
}

export interface InDoubt {
  /** ARNs, and patterns of ARNs. */
  principals: string[];
  concerns: string[];
}

const ACCOUNT = /^\d{12}$/;
const ROOT = /^arn:[\w-]+:iam::(\d{12}):root$/;
const SESSION = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/[\w+=,.@-]+$/;
const ONE = /^arn:[\w-]+:(?:iam|sts)::\d{12}:(?:user|role|federated-user)\/(?:\*\/)?[\w+=,.@/-]+$/;
const ALL_OF = /^arn:[\w-]+:(?:iam|sts)::(\d{12}):\*$/;

/** Whether a pattern is of one principal, or of all of another account: never of everybody here. */
export function isDeniable(pattern: string, account: string): boolean {
  const of = ALL_OF.exec(pattern)?.[1];
  return of === undefined ? ONE.test(pattern) : of !== account;
}

/** By which `aws:PrincipalArn` of whoever comes is known; null where that would be everybody. `id`: as a trust policy names it. */
export function patternsOf(id: string, { account, role }: Pick<Asked, 'account' | 'role'>): string[] | null {
  const [, partition = ''] = role.arn.split(':');
  const other = ACCOUNT.test(id) ? id : ROOT.exec(id)?.[1];
  if (other !== undefined)
    return other === account ? null : ['iam', 'sts'].map((of) => `arn:${partition}:${of}::${other}:*`);
  const [, sessionPartition, owner, name] = SESSION.exec(id) ?? [];
  // Its role's: which path that has, the session does not tell.
  if (name !== undefined)
    return ['', '*/'].map((path) => `arn:${sessionPartition}:iam::${owner}:role/${path}${name}`);
  return isDeniable(id, account) ? [id] : null;
}

/** As trust policies name one. null: a service, or not told. */
function whoBecame({ by: { issuer, arn, account } }: TrailEvent, own: string): string | null {
  if (issuer !== '') return issuer;
  if (arn !== '') return arn;
  // Of a principal of another account no more is told.
  return account === '' || account === own ? null : account;
}

export function principalsInDoubt(asked: Asked): InDoubt {
  const { account, role, named, became, since, standing } = asked;
  const made = became.filter(
    ({ service, call, failed, names }) =>
      service === 'sts' && call === 'AssumeRole' && !failed && names['roleArn'] === role.arn,
  );
  const madeNamed = made.filter(({ makes }) => named.includes(makes));
  // Who becomes it after these were denied is not them: the service, by its new way in.
  const until = standing !== null && standing.since >= since ? standing.since : null;
  const visitors =
    madeNamed.length > 0
      ? madeNamed
      : made.filter(({ at }) => until === null || epochMs(at) < epochMs(until));
  const appeared = (role.trust.entrusted ?? []).filter(
    ({ kind, id }) => (kind === 'AWS' || kind === 'anybody') && named.includes(shown(id)),
  );
  const ids = new Set([
    ...visitors.flatMap((event) => whoBecame(event, account) ?? []),
    ...appeared.map(({ id }) => id),
  ]);
  // Its own sessions are ended by the cut-off, and a new one needs one of the others.
  ids.delete(role.arn);
  const principals = new Set(standing?.principals.filter((one) => isDeniable(one, account)) ?? []);
  const nobody: string[] = [];
  for (const id of ids) {
    const patterns = patternsOf(id, asked);
    if (patterns === null) nobody.push(shown(id));
    else for (const pattern of patterns) principals.add(pattern);
  }
  return {
    principals: [...principals].toSorted(),
    concerns:
      nobody.length === 0
        ? []
        : [
            `The thief may come into the ${role.called} by ${nobody.slice(0, 3).join(', ')}, which cannot be denied without denying everybody of this account, or is nobody that exists: whoever runs IAM takes it out of the trust policy.`,
          ],
  };
}
