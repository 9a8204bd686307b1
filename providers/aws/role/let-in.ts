// How those whom a trust policy lets in come to a session, and who stops that at its source: what no deny on the role does. Pure. One table.
import { shown } from '../unread.ts';
import type { Entrusted } from './trust.ts';

interface Row {
  fits(one: Entrusted): boolean;
  says(ids: string): string;
}

const is = (kind: Entrusted['kind'], id: RegExp) => (one: Entrusted) => one.kind === kind && id.test(one.id);

const TABLE: readonly Row[] = [
  {
    fits: is('Federated', /oidc-provider\/token\.actions\.githubusercontent\.com$/),
    says: (ids) =>
      `GitHub's workflows become it (${ids}): whoever owns the repository must stop the workflow, look through its recent runs and changes, and hold the trust policy's sub condition to one repository and branch.`,
  },
  {
    fits: is('Federated', /oidc-provider\//),
    says: (ids) =>
      `Logins of an OIDC issuer become it (${ids}): whoever runs that issuer must disable the client or account there; a token that it gave out still gets sessions until it expires.`,
  },
  {
    fits: is('Federated', /saml-provider\//),
    says: (ids) =>
      `Logins of a SAML identity provider become it (${ids}): whoever runs that must end the account's sessions and assignments there.`,
  },
  {
    fits: is('Federated', /./),
    says: (ids) =>
      `Logins of ${ids} become it: whoever runs that must disable the account or the application there.`,
  },
  {
    fits: is('Service', /^rolesanywhere\./),
    says: () =>
      'Certificates become it by IAM Roles Anywhere: whoever runs that must disable the profile or the trust anchor, or import a revocation list with the stolen certificate.',
  },
  {
    fits: is('Service', /^ec2\./),
    says: () =>
      'Machines become it by their instance profile: whoever runs them must isolate the machine that was taken, or detach the profile, since it fetches new sessions by itself.',
  },
];

/** A line a kind of door, of those that need somebody else's hand. */
export function lettingIn(entrusted: readonly Entrusted[]): string[] {
  const rows = new Map<Row, string[]>();
  for (const one of entrusted) {
    const row = TABLE.find(({ fits }) => fits(one));
    if (row !== undefined) rows.set(row, [...new Set([...(rows.get(row) ?? []), shown(one.id)])]);
  }
  return [...rows].map(([row, ids]) => row.says(ids.slice(0, 3).join(', ')));
}
