// Whether a user or role is privileged, with the policy and statement that says so. Unknown is an answer: `false` only where everything was
// read and nothing counts. What a deny or a boundary holds back is unknown too, since whoever can lift it has the power again.
import type { Fact } from '../../domain/detection/detection.schema.ts';
import type { Aws } from './clients.ts';
import type { Granted } from './granted.ts';
import { admits, forbids, POWERS, reachOf } from './powers.ts';
import { SIMULATION_PERMISSIONS, simulate } from './simulation.ts';
import { notKnown, shown, unlessDenied } from './unread.ts';
import type { Principal } from './principal.ts';

export const PRIVILEGED_PERMISSIONS = SIMULATION_PERMISSIONS;

export interface Verdict {
  /** null: not known. */
  fact: (Fact & { fact: 'privileged' }) | null;
  concerns: string[];
}

interface Right {
  action: string;
  evidence: string;
  reach: 'power' | 'some roles';
}

export async function privileged(aws: Aws, who: Principal, granted: Granted): Promise<Verdict> {
  const rights = rightsOf(who, granted);
  const powers = rights.filter(({ reach }) => reach === 'power');
  const effective = powers.find(({ action }) => heldBack(granted, action) === undefined);
  if (effective !== undefined) return known(true, effective.evidence);

  // A second witness: it also knows what could not be read here. Under quarantine it denies everything, and proves nothing.
  const actions = POWERS.map(({ action }) => action);
  const unread = new Set(granted.unread);
  const decisions = await unlessDenied(unread, `the ${who.called}`, () => simulate(aws, who, { actions }));
  const allowed = decisions?.find(({ decision }) => decision === 'allowed');
  if (allowed !== undefined) {
    return known(true, `iam:SimulatePrincipalPolicy: ${allowed.action} on * is allowed`);
  }

  const concerns = [
    ...notKnown(`Whether the ${who.called} is privileged is`, unread),
    ...powers.slice(0, 1).map(({ action, evidence }) => held(who, granted, action, evidence)),
    ...rights
      .filter(({ reach }) => reach === 'some roles')
      .slice(0, 1)
      .map(
        ({ evidence }) =>
          `The ${who.called} can act through roles, and what those may do is not read, so whether it is privileged is not known (${evidence}).`,
      ),
  ];
  if (concerns.length > 0) return { fact: null, concerns };
  const count = granted.policies.length;
  return known(
    false,
    `${granted.calls}: ${count === 1 ? 'its one policy allows' : `its ${count} policies allow`} none of the rights that count as privileged`,
  );
}

const known = (value: boolean, evidence: string): Verdict => ({
  fact: { fact: 'privileged', value, evidence: evidence.slice(0, 500) },
  concerns: [],
});

function rightsOf(who: Principal, { policies }: Granted): Right[] {
  const rights: Right[] = [];
  for (const { source, statements } of policies) {
    for (const statement of statements) {
      for (const power of POWERS) {
        const reach = reachOf(power, statement, who);
        if (reach === null) continue;
        const on =
          statement.resources === null ? 'all but some resources' : shown(statement.resources.join(' '));
        const condition = statement.conditional ? ', under a condition' : '';
        const evidence = `${source}: statement ${shown(statement.name)} allows ${power.action} on ${on}${condition}`;
        rights.push({ action: power.action, evidence, reach });
      }
    }
  }
  return rights;
}

/** What stands over the right, in words. */
function heldBack({ policies, boundary }: Granted, action: string): string | undefined {
  if (policies.some(({ statements }) => forbids(statements, action))) return 'one of its policies denies it';
  if (boundary === null) return undefined;
  const named = `its permissions boundary ${shown(boundary.arn)}`;
  if (boundary.statements === null) return `${named} cannot be read`;
  return admits(boundary.statements, action) ? undefined : `${named} does not let it through`;
}

const held = ({ called }: Principal, granted: Granted, action: string, evidence: string): string =>
  `The ${called} would be privileged, but ${heldBack(granted, action) ?? 'it is held back'}: whoever can lift that gives the power back (${evidence}).`;
