// What a runbook would do about one alert: a dry run of policy. Pure: it connects to nothing, opens nothing and reads no clock.
import { type Unanswered, unanswered } from '../../domain/incident/unanswered.ts';
import type { Detection } from '../../domain/detection/detection.schema.ts';
import { type Identity, identityOf } from '../../domain/identity/identity.ts';
import type { Instant } from '../../domain/instant/instant.ts';
import { type FactName, type KnownFacts, type Tried, whyClass } from '../../domain/runbook/explain.ts';
import { instantsOf } from '../../domain/calendar/instants.ts';
import type { OwnersRow } from '../../domain/runbook/owners.ts';
import { resolveRules } from '../../domain/runbook/resolve.ts';
import type { PhaseRule, Rules } from '../../domain/runbook/rules.ts';
import { type Suspects, suspectsOf } from '../../domain/runbook/suspects.ts';
import type { PolicyFolder } from '../folder.ts';
import { answerersOf, type GateForecast } from './answerers.ts';

/** A phase that nobody answers, and what comes when somebody has it. */
export type ExplainedPhase = Unanswered & Pick<PhaseRule, 'remindMs' | 'inward'>;

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
  /** null: nobody is known to own it, more than one claims it, or it is the suspect's own team. */
  owner: string | null;
  /** The owners rows that fit. Rows by tag are not among them: tags are read when the incident is open. */
  owners: OwnersRow[];
  /** The runbook has rows by tag, so discovery may name an owner, or a second one. */
  ownersByTag: boolean;
  /** Neither told nor asked: whose own the identity is. */
  suspects: Suspects;
  protected: Rules['protected'];
  phases: ExplainedPhase[];
  gates: GateForecast[];
  strategies: Rules['strategies'];
  cutByMs: number;
  rediscover: boolean;
  byHand: Rules['byHand'];
  /** Who would act and look, or null: then nobody would, and people are asked. */
  executors: Rules['executors'];
  apart: NonNullable<Rules['apart']>;
  checker: string | null;
  /** Where the replacement would go; null: nowhere, and people are asked. */
  replacement: string | null;
  /** Titles of the parties. */
  parties: Rules['parties'];
}

/** null: the detection opens no incident, so no rule applies to it. */
export function explanationOf(
  detection: Detection,
  folder: Pick<PolicyFolder, 'runbook' | 'directory' | 'hash' | 'authority'>,
  now: Instant,
): Explanation | null {
  if (!detection.opens || detection.key === null) return null;
  const { runbook, directory, hash, authority } = folder;
  const { key } = detection;
  const identity = identityOf(key);
  const suspects = suspectsOf(directory, key);
  const known = { identity, facts: detection.classification, level: detection.level, suspects };
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
    owner: rules.owner,
    owners,
    ownersByTag: runbook.owners.some(({ tag }) => tag !== undefined),
    suspects,
    protected: rules.protected,
    phases: unanswered(
      {
        identity,
        detection,
        rules,
        instants: (since, rule) => instantsOf(runbook, since, rule, suspects.people),
      },
      now,
    ).map((phase) => {
      const { remindMs, inward } = rules.phases[phase.phase];
      return { ...phase, remindMs, inward };
    }),
    gates: answerersOf(
      {
        identity,
        rules,
        facts: detection.classification,
        level: detection.level,
        drill: detection.isSample,
      },
      { directory, authority },
      now,
    ),
    strategies: rules.strategies,
    cutByMs: rules.cutByMs,
    rediscover: rules.rediscover,
    byHand: rules.byHand,
    executors: rules.executors,
    apart: rules.apart ?? {},
    checker: rules.checker,
    replacement: rules.secret,
    parties: rules.parties,
  };
}
