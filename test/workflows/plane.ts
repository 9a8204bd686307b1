// An identity plane in memory, for what the workflow does with results: applied, undone by somebody, failing, slow to show.
// The real plane's behaviour is tested in test/providers.
import type { Discovery, Step } from '../../domain/plan/plan.schema.ts';
import type { CredentialKind, Provider } from '../../domain/provider/provider.ts';

export class Plane {
  /** What stands, by kind and verb. */
  readonly standing = new Set<string>();
  /** Every act, in order: `s1 aws/quarantine apply`. */
  readonly acts: string[] = [];
  readonly discovery: Discovery;
  /** Thrown by the next acts of a kind. */
  failing: (step: Step) => Error | null = () => null;

  constructor(discovery: Discovery) {
    this.discovery = discovery;
  }

  get provider(): Provider {
    const kinds = [...new Set(this.discovery.proposals.map((one) => one.kind))];
    return {
      name: 'aws',
      kinds: Object.fromEntries(kinds.map((kind) => [kind, this.kind(kind)])),
      // A lone key is found to be the user's; every other identity is itself.
      discover: async ({ identity }) =>
        identity.kind === 'access-key' ? this.discovery : { ...this.discovery, identity },
    };
  }

  private kind(kind: string): CredentialKind {
    const proposals = this.discovery.proposals.filter((one) => one.kind === kind);
    const act =
      (verb: 'apply' | 'undo') =>
      async ({ step }: { step: Step }) => {
        const error = this.failing(step);
        if (error !== null) throw error;
        this.acts.push(`${step.id} ${kind} ${verb}`);
        this.standing.add(mark(step));
        return { wasSo: false, evidence: {} };
      };
    return {
      kind,
      reversibility: proposals[0]?.reversibility ?? 'reversible',
      permissions: { apply: [], check: [], undo: [] },
      apply: act('apply'),
      undo: act('undo'),
      check: async ({ step }) => {
        const holds = this.standing.has(mark(step));
        return { holds, saw: holds ? 'it stands' : 'it is gone' };
      },
    };
  }
}

export const mark = (step: { kind: string; verb: string }): string => `${step.kind} ${step.verb}`;
