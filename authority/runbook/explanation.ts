// What a runbook would do about one alert: a dry run of policy. Pure: it connects to nothing, opens nothing and reads no clock.
import { type Unanswered, unanswered } from '../../domain/incident/unanswered.ts';
import type { Detection } from '../../domain/detection/detection.schema.ts';
import { type Identity, identityOf } from '../../domain/identity/identity.ts';
import type { Instant } from '../../domain/instant/instant.ts';
import {
  type FactName,
  type KnownFacts,
  type OwnersRow,
  type Tried,
  whyClass,
} from '../../domain/runbook/explain.ts';
import { instantsOf } from '../../domain/calendar/instants.ts';
import { resolveRules } from '../../domain/runbook/resolve.ts';
import type { Rules } from '../../domain/runbook/rules.ts';
import type { PolicyFolder } from '../folder.ts';
import { type Authority, builtInAuthority } from '../table.ts';
import { answerersOf, type GateForecast } from './answerers.ts';

export interface Explanation {
  key: string;
  identity: Identity;
  title: string;
  level: Detection['level'];
  /** A sample: the whole path, and no act. */
  drill: boolean;
  /** From which all instants are counted. */
  at: Instant;
  runbook: { name: string; hash: string };
  class: string;
  mode: Rules['mode'];
  tried: Tried[];
  facts: KnownFacts;
  /** Facts that nobody knows before discovery, and that a class before the chosen one asks for. */
  unknownUntilDiscovery: FactName[];
  /** The owners row that fits, or null. */
  owners: OwnersRow | null;
  phases: Unanswered[];
  gates: GateForecast[];
  strategies: Rules['strategies'];
  /** Who would act and look, or null: then nobody would, and people are asked. */
  executors: Rules['executors'];
  checker: string | null;
  /** Where the replacement would go; null: nowhere, and people are asked. */
  replacement: string | null;
  /** Titles of the parties. */
  parties: Rules['parties'];
}

/** null: the detection opens no incident, so no rule applies to it. */
export function explanationOf(
  detection: Detection,
  folder: Pick<PolicyFolder, 'runbook' | 'directory' | 'hash'>,
  now: Instant,
  authority: Authority = builtInAuthority,
): Explanation | null {
  if (!detection.opens || detection.key === null) return null;
  const { runbook, directory, hash } = folder;
  const { key } = detection;
  const identity = identityOf(key);
  const known = { identity, facts: detection.classification, level: detection.level };
  const { tried, facts, owners, unknown } = whyClass(runbook, known);
  const rules = resolveRules(runbook, hash, known);
  return {
    key,
    identity,
    title: detection.title ?? `${detection.source} alert`,
    level: detection.level,
    drill: detection.isSample,
    at: now,
    runbook: { name: runbook.name, hash },
    class: rules.class,
    mode: rules.mode,
    tried,
    facts,
    unknownUntilDiscovery: unknown,
    owners,
    phases: unanswered(
      { identity, detection, rules, instants: (since, rule) => instantsOf(runbook, since, rule) },
      now,
    ),
    gates: answerersOf({ key, rules }, { directory, authority }, now),
    strategies: rules.strategies,
    executors: rules.executors,
    checker: rules.checker,
    replacement: rules.secret,
    parties: rules.parties,
  };
}
