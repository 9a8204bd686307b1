// What an incident is listed by. Enums and instants only: search attributes stand plain on the server.
import { defineSearchAttributeKey } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';
import type { Incident } from '../domain/incident/incident.ts';
import { searchable } from '../domain/incident/show.ts';
import type { Instant } from '../domain/instant/instant.ts';

const PHASE = defineSearchAttributeKey('custodyPhase', 'KEYWORD');
const HOLDER = defineSearchAttributeKey('custodyHolder', 'KEYWORD');
const SEVERITY = defineSearchAttributeKey('custodySeverity', 'KEYWORD');
const DUE = defineSearchAttributeKey('custodyDue', 'DATETIME');
const CLASS = defineSearchAttributeKey('custodyClass', 'KEYWORD');

export class Listing {
  private shown = '';

  /** Called once before each wait, so at most one upsert a workflow task; and only for what changed. */
  show(incident: Incident, now: Instant): void {
    const seen = searchable(incident, now);
    const text = JSON.stringify(seen);
    if (text === this.shown) return;
    this.shown = text;
    upsertSearchAttributes([
      { key: PHASE, value: seen.phase },
      { key: HOLDER, value: seen.holder },
      { key: SEVERITY, value: seen.severity },
      { key: DUE, value: new Date(seen.due) },
      { key: CLASS, value: seen.class },
    ]);
  }
}
