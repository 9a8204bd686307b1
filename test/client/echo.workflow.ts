// A small stand-in for the incident, to prove the client alone: it keeps what it was told, refuses "pause", and ends at "close".
import { defineSearchAttributeKey } from '@temporalio/common';
import * as workflow from '@temporalio/workflow';
import type { Outcome, Start } from '../../workflows/messages.ts';

export interface Heard {
  by: 'update' | 'signal';
  message: string;
  payload: unknown;
}

const accepted = (seq: number): Outcome => ({ accepted: true, seq, says: 'Heard.' });

function refuse(_payload: unknown): void {
  throw workflow.ApplicationFailure.create({
    type: 'notOffered',
    message: 'Not offered by this version.',
    nonRetryable: true,
  });
}

export async function identityIncident(start: Start): Promise<void> {
  const heard: Heard[] = [];
  let closed = false;
  const hear = (by: Heard['by'], message: string, payload: unknown) => {
    heard.push({ by, message, payload });
    closed ||= message === 'close';
    return accepted(heard.length);
  };
  for (const message of ['detect', 'note', 'close', 'pause']) {
    workflow.setHandler(
      workflow.defineSignal<[unknown]>(message),
      (payload) => void hear('signal', message, payload),
    );
    const update = workflow.defineUpdate<Outcome, [unknown]>(message);
    if (message === 'pause') workflow.setHandler(update, () => accepted(0), { validator: refuse });
    else workflow.setHandler(update, (payload) => hear('update', message, payload));
  }
  workflow.setHandler(workflow.defineQuery('incident'), () => ({ view: { start, heard }, tail: [] }));
  workflow.upsertSearchAttributes([
    { key: defineSearchAttributeKey('custodyHolder', 'KEYWORD'), value: 'soc' },
    { key: defineSearchAttributeKey('custodyPhase', 'KEYWORD'), value: 'triage' },
    { key: defineSearchAttributeKey('custodyDue', 'DATETIME'), value: new Date('2020-01-01T00:00:00.000Z') },
  ]);
  await workflow.condition(() => closed && workflow.allHandlersFinished());
}
