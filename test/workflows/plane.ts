// An identity plane in memory, for what the workflow does with results: applied, undone by somebody, failing, slow to show, not the
// same at a second look. The real plane's behaviour is tested in test/providers.
import type { Discovery, Proposal, Step } from '../../domain/plan/plan.schema.ts';
import {
  type CredentialKind,
  type Evidence,
  type Provider,
  ProviderError,
} from '../../domain/provider/provider.ts';

export class Plane {
  /** What stands, by kind and verb. */
  readonly standing = new Set<string>();
  /** Every act, in order: `s1 aws/quarantine apply`. */
  readonly acts: string[] = [];
  /** What each look finds, in turn; the last stays. */
  looks: readonly [Discovery, ...Discovery[]];
  looked = 0;
  /** Ways in that are open at a check. */
  open: readonly string[] = [];
  /** Permissions that its executors lack. */
  readonly lacking = new Set<string>();
  /** What executors were asked about their permissions, in order. */
  readonly preflights: { permissions: readonly string[]; targets: readonly Evidence[] }[] = [];
  /** Executors cannot read their own permissions. */
  preflightFails = false;
  /** Thrown by the next acts of a kind. */
  failing: (step: Step) => Error | null = () => null;

  constructor(...looks: [Discovery, ...Discovery[]]) {
    this.looks = looks;
  }

  get provider(): Provider {
    const kinds = [...new Set(this.proposals.map((one) => one.kind))];
    return {
      name: 'aws',
      kinds: Object.fromEntries(kinds.map((kind) => [kind, this.kind(kind)])),
      // A lone key is found to be the user's; every other identity is itself.
      discover: async ({ identity }) => {
        const found = this.look();
        return identity.kind === 'access-key' ? found : { ...found, identity };
      },
      // No incident looks at everybody.
      estate: () => ({
        everyone: async function* () {},
        discover: () => Promise.reject(new Error('not here')),
      }),
      waysIn: async () => [...this.open],
      withoutPeople: {
        quarantine: 'aws/quarantine-auto',
        wearers: async () => [],
        finding: async () => null,
      },
      hand: (_, { kind }) => (kinds.includes(kind) ? this.kind(kind) : undefined),
      self: async () => ['aws/123456789012/iam-user/custody-identity'],
      preflight: async (permissions, targets = []) => {
        this.preflights.push({ permissions, targets });
        if (this.preflightFails) throw new ProviderError('retry', 'the cloud is down');
        return { missing: permissions.filter((one) => this.lacking.has(one)), unknown: null };
      },
    };
  }

  /** The checker's own. */
  get looking(): Provider {
    return this.provider;
  }

  /** Of every strategy and every look: executors can do what is only found later. */
  private get proposals(): Proposal[] {
    return this.looks.flatMap(({ proposals }) => Object.values(proposals).flat());
  }

  private look(): Discovery {
    const found = this.looks[Math.min(this.looked, this.looks.length - 1)] ?? this.looks[0];
    this.looked += 1;
    return found;
  }

  private kind(kind: string): CredentialKind {
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
      reversibility: this.proposals.find((one) => one.kind === kind)?.reversibility ?? 'reversible',
      permissions: { apply: [], check: [], undo: [] },
      apply: act('apply'),
      undo: act('undo'),
      watch: 'check',
      check: async ({ step }) => {
        const holds = this.standing.has(mark(step));
        return { holds, saw: holds ? 'it stands' : 'it is gone' };
      },
    };
  }
}

export const mark = (step: { kind: string; verb: string }): string => `${step.kind} ${step.verb}`;
