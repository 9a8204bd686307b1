// What the resource policy of a secret says about one user. Pure. Read with suspicion: what it might allow counts as allowed, and
// it denies only where no condition could stand in the way.
import { matches } from './wildcard.ts';

type Statement = Readonly<Record<string, unknown>>;

export interface ResourcePolicy {
  mayAdmit(userArn: string, action: string): boolean;
  deniesOutright(userArn: string, action: string): boolean;
}

const list = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** The account as principal is left out: it only delegates to the user's own policies. */
function names({ Principal }: Statement, userArn: string): boolean {
  const named = Principal === '*' ? ['*'] : list((Principal as Statement | null | undefined)?.['AWS']);
  return named.includes('*') || named.includes(userArn);
}

const covers = ({ Action }: Statement, action: string): boolean =>
  list(Action).some((pattern) => matches(String(pattern), action));

/** Whom it may let do this, as it names them: nobody it denies is taken out, and who is let in by exception is said so. */
export function principalsIn(text: string | undefined, action: string): string[] {
  const statements = statementsOf(text);
  if (statements === null) return ['whoever its policy means, which cannot be read'];
  const named = statements
    .filter((one) => one['Effect'] === 'Allow' && (one['NotAction'] !== undefined || covers(one, action)))
    .flatMap((one) => {
      if (one['NotPrincipal'] !== undefined) return ['everybody but those that it names'];
      const { Principal } = one;
      if (typeof Principal !== 'object' || Principal === null) return ['anybody'];
      return Object.values(Principal).flatMap(list).map(String);
    });
  return [...new Set(named)].toSorted();
}

function statementsOf(text: string | undefined): Statement[] | null {
  try {
    return list((JSON.parse(text ?? '{}') as Statement)['Statement']) as Statement[];
  } catch {
    return null;
  }
}

/** `undefined`: the secret has none. */
export function resourcePolicyOf(text: string | undefined): ResourcePolicy {
  const statements = statementsOf(text);
  if (statements === null) return { mayAdmit: () => true, deniesOutright: () => false };
  return {
    mayAdmit: (userArn, action) =>
      statements.some(
        (one) =>
          one['Effect'] !== 'Deny' &&
          (one['NotPrincipal'] !== undefined || names(one, userArn)) &&
          (one['NotAction'] !== undefined || covers(one, action)),
      ),
    deniesOutright: (userArn, action) =>
      statements.some(
        (one) =>
          one['Effect'] === 'Deny' &&
          one['Condition'] === undefined &&
          names(one, userArn) &&
          covers(one, action),
      ),
  };
}
