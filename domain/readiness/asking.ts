// What executors are asked about themselves before there is an incident: whether they could take the steps that plans would hold. They
// answer for themselves, change nothing, and are asked in batches. Pure.
import type { Evidence, Preflight, Untouchable } from '../provider/provider.ts';

/** What one executor would need to act on one identity. */
export interface Needs {
  /** KEY of the identity. */
  key: string;
  permissions: string[];
  /** Of the steps that need them. */
  targets: Evidence[];
  kinds: string[];
  /** KEYs of whomever its steps act on: its own, and those of roles that they name. */
  touches: string[];
}

/** All in one account. */
export interface Asking {
  executor: string;
  account: string | null;
  /** As an order may wait, by the runbook, before nobody counts as there. */
  pickUpMs: number;
  needs: Needs[];
}

/** What an executor says of itself about one identity. */
export interface Held {
  key: string;
  /** Permissions that it lacks, in the provider's own names. */
  missing: string[];
  /** Credential kinds that its own policy does not let it take. */
  notTaken: string[];
  /** Whom it acts on for nobody. */
  untouchable: Untouchable[];
  /** Why it could not say it; null: it could. */
  unknown: string | null;
}

/** `absent`: nobody took up the question. */
export type Answer = { absent: true } | { absent: false; held: Held[] };

/** One question about all of them. */
export const togetherOf = (needs: readonly Needs[]): Omit<Needs, 'key'> => ({
  permissions: [...new Set(needs.flatMap(({ permissions }) => permissions))].toSorted(),
  targets: [
    ...new Map(
      needs.flatMap(({ targets }) => targets).map((target) => [JSON.stringify(target), target]),
    ).values(),
  ],
  kinds: [...new Set(needs.flatMap(({ kinds }) => kinds))].toSorted(),
  touches: [...new Set(needs.flatMap(({ touches }) => touches))].toSorted(),
});

const NOT_SAID = 'It did not say whom it would refuse: is it of an earlier version?';

/** Of an answer about many, what is of one. */
export const heldOf = ({ key, permissions, kinds, touches }: Needs, said: Preflight): Held => ({
  key,
  missing: said.missing.filter((one) => permissions.includes(one)),
  notTaken: (said.notTaken ?? []).filter((one) => kinds.includes(one)),
  untouchable: (said.untouchable ?? []).filter((one) => touches.includes(one.key)),
  unknown: said.unknown ?? (said.untouchable === undefined ? NOT_SAID : null),
});
