// Who could answer the gates of an incident, and whether its gates could be met at all. Asks the same authority that judges statements,
// so that a forecast and a judgement cannot disagree. It proves nothing and lets nobody do anything.
import { quorumMet } from '../../domain/gate/quorum.ts';
import { undoRule } from '../../domain/gate/undo-rule.ts';
import { epochMs, type Instant } from '../../domain/instant/instant.ts';
import type { HeldPhase, Rules } from '../../domain/runbook/rules.ts';
import type { Directory, GateRule } from '../../domain/runbook/runbook.schema.ts';
import { whyNotValid } from '../proof/valid.ts';
import type { Authority } from '../authority.ts';
import { bearingsByRules, type WouldBe } from '../bearings-by-rules.ts';
import { memberOf } from '../speaker.ts';

export interface Answerer {
  person: string;
  name: string;
  /** Those of the gate's parties that they belong to. */
  parties: string[];
  /** Why they could not answer, in words for people; null: they could. */
  hindrance: string | null;
  /** They may, and only a key to sign with is missing. */
  lacksKey: boolean;
}

export interface GateForecast {
  gate: keyof Rules['gates'];
  rule: GateRule;
  /** Everybody of the gate's parties. */
  answerers: Answerer[];
  /** `keys`: it could be met once those who may have keys. `never`: too few people of the right parties may. */
  couldBeMet: 'yes' | 'keys' | 'never';
}

const GATES: readonly (keyof Rules['gates'])[] = ['risk', 'act', 'irreversible', 'close', 'undo'];

type About = Omit<WouldBe, 'phase' | 'gates'>;

/** Where each gate is asked. */
export const PHASE_OF = {
  risk: 'triage',
  act: 'containment',
  irreversible: 'hardening',
  close: 'hardening',
  undo: 'recovery',
} as const satisfies Record<keyof Rules['gates'], HeldPhase>;

export const ruleOf = (gate: keyof Rules['gates'], rules: Pick<Rules, 'gates'>): GateRule =>
  gate === 'undo' ? undoRule(rules) : rules.gates[gate];

export function answerersOf(
  about: About,
  { directory, authority }: { directory: Directory; authority: Authority },
  now: Instant,
): GateForecast[] {
  return GATES.map((gate) => {
    const rule = ruleOf(gate, about.rules);
    const answerers = Object.entries(directory.people).flatMap(([id, { name, parties }]): Answerer[] => {
      const asked = parties.filter((party) => rule.parties.includes(party));
      if (asked.length === 0) return [];
      const refusal = whyNot(id, gate, about, { directory, authority });
      const unable = refusal === null ? whyUnable(directory, id, now) : null;
      const hindrance = refusal ?? unable;
      return [{ person: id, name, parties: asked, hindrance, lacksKey: unable !== null }];
    });
    const able = answerers.filter(({ hindrance }) => hindrance === null);
    const allowed = answerers.filter(({ hindrance, lacksKey }) => hindrance === null || lacksKey);
    const couldBeMet = quorumMet(rule, able) ? 'yes' : quorumMet(rule, allowed) ? 'keys' : 'never';
    return { gate, rule, answerers, couldBeMet };
  });
}

function whyNot(
  id: string,
  gate: keyof Rules['gates'],
  about: About,
  { directory, authority }: { directory: Directory; authority: Authority },
): string | null {
  const member = memberOf(directory, id);
  const asked = { name: gate, parties: ruleOf(gate, about.rules).parties };
  const permission = authority.may({
    message: gate === 'risk' ? 'assess' : 'decide',
    body: gate === 'risk' ? { verdict: 'incident' } : { verdict: 'approve' },
    answers: gate,
    speaker: member?.speaker ?? null,
    assurance: 'signed',
    bearings: bearingsByRules({ ...about, phase: PHASE_OF[gate], gates: [asked] }),
  });
  return permission.allowed ? null : permission.reason;
}

function whyUnable(directory: Directory, id: string, now: Instant): string | null {
  const { keys = [], logins = [], passkeys = [] } = memberOf(directory, id) ?? {};
  const means = [
    ...keys.map((key) => ({ what: `key ${key.kid}`, ...key })),
    ...logins.map((login) => ({ what: 'login', ...login })),
    ...passkeys.map(({ addedAt, ...passkey }) => ({ what: 'passkey', notBefore: addedAt, ...passkey })),
  ];
  if (means.length === 0) return 'has no key to sign with yet';
  const seconds = Math.floor(epochMs(now) / 1_000);
  const reasons = means.map(({ what, ...valid }) => whyNotValid(what, valid, seconds, now));
  return reasons.some((reason) => reason === null) ? null : (reasons[0] ?? null);
}
