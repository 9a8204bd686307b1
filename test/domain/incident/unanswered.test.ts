// The forecast of silence: the very instants, and what an incident really does.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import type { Detection } from '../../../domain/detection/detection.schema.ts';
import { unanswered } from '../../../domain/incident/unanswered.ts';
import { identityOf } from '../../../domain/identity/identity.ts';
import { instantsOf } from '../../../domain/calendar/instants.ts';
import type { PhaseRule } from '../../../domain/runbook/rules.ts';
import { resolveRules } from '../../../domain/runbook/resolve.ts';
import { type Runbook, runbookSchema } from '../../../domain/runbook/runbook.schema.ts';

const file = path.resolve(import.meta.dirname, '../../../runbooks/default/runbook.yaml');
const shipped = runbookSchema.parse(parse(readFileSync(file, 'utf8')));
const NOW = '2026-11-24T03:12:00.000Z';
const KEY = 'aws/123456789012/iam-user/deploy-robot';

const detection: Detection = {
  format: 'custody/detection/1',
  source: 'guardduty',
  sourceId: 'f-1',
  updatedAt: NOW,
  provider: 'aws',
  accountId: '123456789012',
  identityKind: 'iam-user',
  identityRef: 'deploy-robot',
  credentialId: null,
  severity: 8,
  level: 'high',
  occurredAt: NOW,
  occurredAtUtc: NOW,
  isSample: false,
  opens: true,
  why: 'names an IAM user',
  key: KEY,
  classification: [],
};

function forecast(change: (book: Runbook) => void = () => {}, about: Detection = detection) {
  const book = structuredClone(shipped);
  change(book);
  const identity = identityOf(about.key ?? '');
  const rules = resolveRules(book, 'a'.repeat(64), { identity, facts: about.classification });
  const instants = (since: string, rule: PhaseRule) => instantsOf(book, since, rule);
  return unanswered({ identity, detection: about, rules, instants }, NOW);
}
const at = (time: string) => `2026-11-24T${time}.000Z`;

describe('if nobody ever answers', () => {
  it('what can be taken back is put on where the ladder says so, and the next fallback comes at once', () => {
    const [usual, contained] = [
      forecast()[0],
      forecast((book) => {
        const ladder = book.ladders[book.classes.at(-1)?.ladders.triage ?? ''];
        ladder?.fallback.unshift({ do: 'contain-reversible' });
      })[0],
    ];
    const i = contained?.moments.findIndex(({ what }) => what === 'contains') ?? -1;
    expect(contained?.moments[i]).toEqual({ at: usual?.acknowledgeBy, what: 'contains' });
    expect(contained?.moments.filter((_, j) => j !== i)).toEqual(usual?.moments);
  });

  it('triage is told rung by rung, offered on, told again, and stays with the SOC', () => {
    expect(forecast()[0]).toEqual({
      phase: 'triage',
      holder: 'soc',
      offeredTo: null,
      acknowledgeBy: at('03:22:00'),
      actBy: at('03:42:00'),
      moments: [
        { at: at('03:13:00'), what: 'told', party: 'soc', person: null },
        { at: at('03:17:00'), what: 'told', party: 'soc', person: 'erin' },
        { at: at('03:22:00'), what: 'offered', to: 'platform' },
        { at: at('03:23:00'), what: 'told', party: 'soc', person: null },
        { at: at('03:27:00'), what: 'told', party: 'soc', person: 'erin' },
        { at: at('03:32:00'), what: 'held', party: 'soc', everyMs: 600_000 },
      ],
    });
  });

  it('a later phase stays with whoever held the one before, and is offered to its own', () => {
    const phases = forecast();
    expect(phases.map(({ phase, holder, offeredTo }) => [phase, holder, offeredTo])).toEqual([
      ['triage', 'soc', null],
      ['containment', 'soc', 'identity'],
      ['recovery', 'identity', 'service-owner'],
      ['hardening', 'service-owner', 'identity'],
    ]);
    expect(phases.map(({ acknowledgeBy, actBy }) => [acknowledgeBy, actBy])).toEqual([
      [at('03:22:00'), at('03:42:00')],
      [at('03:22:00'), at('03:42:00')],
      [at('03:42:00'), at('07:12:00')],
      [at('07:12:00'), '2026-11-27T03:12:00.000Z'],
    ]);
    for (const { moments } of phases) expect(moments.at(-1)?.what).toBe('held');
  });

  it('a phase of the same party has no acknowledge clock, and climbs when there is no progress', () => {
    const [, containment] = forecast((book) => {
      for (const one of book.classes) one.holders.containment = 'soc';
    });
    expect(containment).toMatchObject({ holder: 'soc', offeredTo: null, acknowledgeBy: null });
    expect(containment?.moments[0]).toEqual({ at: at('03:42:00'), what: 'climbs', party: 'soc' });
    expect(containment?.moments.at(-1)?.what).toBe('held');
  });

  it('a rung after the end is never told, and a hand-off to whoever is silent already is passed over', () => {
    const [triage] = forecast((book) => {
      const ladder = book.ladders['first-response']!;
      ladder.rungs = [
        { after: '1m', tell: 'soc' },
        { after: '11m', tell: 'platform' },
      ];
      ladder.fallback = [{ do: 'hand-off', to: 'soc' }, { do: 'hold' }];
    });
    expect(triage?.moments).toEqual([
      { at: at('03:13:00'), what: 'told', party: 'soc', person: null },
      { at: at('03:22:00'), what: 'held', party: 'soc', everyMs: 600_000 },
    ]);
  });

  it('a drill has the same clocks', () => {
    expect(forecast(() => {}, { ...detection, isSample: true })).toEqual(forecast());
  });
});
