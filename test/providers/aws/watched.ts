// A provider whose every call is noted, and fails when the running verb does not declare it. A test may cut it short at any call.
import type { CredentialKind, Provider } from '../../../domain/provider/provider.ts';
import {
  type Aws,
  type AwsOptions,
  connect,
  type Credentials,
  permissionOf,
} from '../../../providers/aws/clients.ts';
import { DISCOVER_PERMISSIONS } from '../../../providers/aws/discover.ts';
import { EVERYONE_PERMISSIONS } from '../../../providers/aws/everyone.ts';
import { PREFLIGHT_PERMISSIONS } from '../../../providers/aws/preflight.ts';
import { FINDING_PERMISSIONS } from '../../../providers/aws/guardduty-finding.ts';
import { awsProviderOver } from '../../../providers/aws/provider.ts';
import { WAYS_OPEN_PERMISSIONS } from '../../../providers/aws/ways-open.ts';
import { WEARERS_PERMISSIONS } from '../../../providers/aws/wearers.ts';

/** Stands for a process that ended: no code of the provider may take it for an answer of AWS. */
export class Crash extends Error {}

export interface Interference {
  before?(call: string, nth: number): void | Promise<void>;
  /** After AWS has done it, before the provider learns of it. */
  after?(call: string, nth: number, input: unknown): void | Promise<void>;
  /** Puts into AWS's answer what the emulator does not keep. */
  change?(call: string, input: unknown, answer: Record<string, unknown>): void;
  /** What the proof is made with instead of the new key. */
  proofBy?: Credentials;
}

export interface Watched extends Provider {
  /** It goes by this one. */
  clock: Aws['clock'];
  /** Calls since the last `forget`, e.g. `iam:AttachUserPolicy`. */
  calls: string[];
  interference: Interference;
  forget(): void;
}

/** AWS answers it to whoever holds a key: there is no permission to declare. */
const FREE = ['sts:GetCallerIdentity'];

/** `real`: its connection, where it is not to have the usual one. */
export function watched(options: AwsOptions, real: Aws = connect(options)): Watched {
  let declared: readonly string[] | undefined;
  const calls: string[] = [];
  const state: { interference: Interference } = { interference: {} };

  const watch =
    (service: string) =>
    <Args, Output>(next: (args: Args) => Promise<Output>, context: { commandName?: string }) =>
    async (args: Args): Promise<Output> => {
      const call = permissionOf(service, context.commandName);
      if (declared !== undefined && !declared.includes(call) && !FREE.includes(call)) {
        throw new Crash(`${call} is called but not declared`);
      }
      calls.push(call);
      const nth = calls.length;
      await state.interference.before?.(call, nth);
      const { input } = args as { input: unknown };
      const output = await next(args).catch(async (error: unknown) => {
        // That there is none is an answer too.
        await state.interference.after?.(call, nth, input);
        throw error;
      });
      await state.interference.after?.(call, nth, input);
      state.interference.change?.(call, input, (output as { output: Record<string, unknown> }).output);
      return output;
    };
  // Outside of the sorting of errors, which would take a crash for an answer.
  const where = { name: 'watched', relation: 'before', toMiddleware: 'custodySortedErrors' } as const;

  const seen = new WeakSet<object>();
  real.iam.middlewareStack.addRelativeTo(watch('iam'), where);
  real.sts.middlewareStack.addRelativeTo(watch('sts'), where);
  real.organizations.middlewareStack.addRelativeTo(watch('organizations'), where);
  const aws: Aws = {
    ...real,
    secrets: (secretId) => {
      const client = real.secrets(secretId);
      if (!seen.has(client)) client.middlewareStack.addRelativeTo(watch('secretsmanager'), where);
      seen.add(client);
      return client;
    },
    trail: (region) => {
      const client = real.trail(region);
      if (!seen.has(client)) client.middlewareStack.addRelativeTo(watch('cloudtrail'), where);
      seen.add(client);
      return client;
    },
    stsAs: (credentials) => {
      const client = real.stsAs(state.interference.proofBy ?? credentials);
      client.middlewareStack.addRelativeTo(watch('sts'), where);
      return client;
    },
  };

  const holding = async <T>(permissions: readonly string[], run: () => Promise<T>): Promise<T> => {
    declared = permissions;
    try {
      return await run();
    } finally {
      declared = undefined;
    }
  };
  const watching =
    (
      permissions: readonly string[],
      look: Exclude<CredentialKind['watch'], 'check' | undefined>,
    ): typeof look =>
    (sight) =>
      holding(permissions, () => look(sight));
  const held = (kind: CredentialKind): CredentialKind => ({
    ...kind,
    apply: (act) => holding(kind.permissions.apply, () => kind.apply(act)),
    undo: (act) => holding(kind.permissions.undo, () => kind.undo(act)),
    check: (sight) => holding(kind.permissions.check, () => kind.check(sight)),
    ...(typeof kind.watch === 'function' ? { watch: watching(kind.permissions.check, kind.watch) } : {}),
  });

  const provider = awsProviderOver(aws);
  const kinds = Object.fromEntries(Object.entries(provider.kinds).map(([name, kind]) => [name, held(kind)]));
  return {
    name: provider.name,
    clock: aws.clock,
    kinds,
    hand: (_, { kind }) => kinds[kind],
    discover: (request) => holding(DISCOVER_PERMISSIONS, () => provider.discover(request)),
    estate: () => {
      const whole = provider.estate();
      return {
        async *everyone() {
          declared = EVERYONE_PERMISSIONS;
          try {
            yield* whole.everyone();
          } finally {
            declared = undefined;
          }
        },
        discover: (request) => holding(DISCOVER_PERMISSIONS, () => whole.discover(request)),
      };
    },
    waysIn: (about) => holding(WAYS_OPEN_PERMISSIONS, () => provider.waysIn(about)),
    withoutPeople: {
      ...provider.withoutPeople,
      wearers: () => holding(WEARERS_PERMISSIONS, () => provider.withoutPeople.wearers()),
      finding: (detectors, id) =>
        holding(FINDING_PERMISSIONS, () => provider.withoutPeople.finding(detectors, id)),
    },
    self: () => holding([], () => provider.self()),
    preflight: (permissions, targets) =>
      holding(PREFLIGHT_PERMISSIONS, () => provider.preflight(permissions, targets)),
    calls,
    get interference() {
      return state.interference;
    },
    set interference(value) {
      state.interference = value;
    },
    forget: () => {
      calls.length = 0;
    },
  };
}
