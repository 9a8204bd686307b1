// Who could answer the gates of an incident, and whether its gates could be met at all. Asks the same authority that judges statements,
// so that a forecast and a judgement cannot disagree. It proves nothing and lets nobody do anything.
import { quorumMet } from '../../domain/gate/quorum.ts';
import { epochMs, type Instant } from '../../domain/instant/instant.ts';
import type { Rules } from '../../domain/runbook/rules.ts';
import type { Directory, GateRule } from '../../domain/runbook/runbook.schema.ts';
import { whyUnfit } from '../proof.ts';
import { memberOf } from '../speaker.ts';
import type { Authority } from '../table.ts';

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

const GATES: readonly (keyof Rules['gates'])[] = ['risk', 'act', 'irreversible', 'close'];

export function answerersOf(
  about: { key: string; rules: Rules },
  { directory, authority }: { directory: Directory; authority: Authority },
  now: Instant,
): GateForecast[] {
  return GATES.map((gate) => {
    const rule = about.rules.gates[gate];
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
  { key, rules }: { key: string; rules: Rules },
  { directory, authority }: { directory: Directory; authority: Authority },
): string | null {
  const member = memberOf(directory, id);
  const asked = { id: gate, name: gate, parties: rules.gates[gate].parties };
  const permission = authority.may({
    message: gate === 'risk' ? 'assess' : 'decide',
    body: {},
    answers: gate,
    speaker: member?.speaker ?? null,
    assurance: 'signed',
    bearings: {
      incident: '',
      firstRun: '',
      key,
      holder: rules.phases.triage.holder,
      offeredTo: null,
      owner: rules.owner,
      gates: [asked],
      machines: [],
      byHand: [],
      followUps: [],
    },
  });
  return permission.allowed ? null : permission.reason;
}

function whyUnable(directory: Directory, id: string, now: Instant): string | null {
  const keys = memberOf(directory, id)?.keys ?? [];
  if (keys.length === 0) return 'has no key to sign with yet';
  const seconds = Math.floor(epochMs(now) / 1_000);
  const reasons = keys.map((key) => whyUnfit(key, key.alg, seconds, now));
  return reasons.some((reason) => reason === null) ? null : (reasons[0] ?? null);
}
