// Runs a kept history through the workflow code as it is now, and takes down what this code would have put into the record.
import path from 'node:path';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, type InjectedSinks, Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import { canonical } from '../../domain/encoding/canonical.ts';
import type { RecordedEvent } from '../../domain/record/record.ts';
import { folderOfSets } from './kept.ts';
import type { SettledSinks } from './settled.interceptor.ts';

/** The code as workers run it, with what hands out the record. */
export async function codeThatTells(): Promise<string> {
  const { payloadConverterPath } = inject('workflows');
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(path.dirname(payloadConverterPath), 'index.js'),
    payloadConverterPath,
    workflowInterceptorModules: [path.join(folderOfSets, 'settled.interceptor.ts')],
    logger: new DefaultLogger('ERROR'),
  });
  return code;
}

/** The record's lines, canonical, from each `settle` in turn. Throws where the code does not do what the history says. */
export async function replayed(code: string, history: History, workflowId: string): Promise<string[]> {
  const lines: string[] = [];
  const take = (events: readonly RecordedEvent[]) => lines.push(...events.map((one) => canonical(one)));
  const sinks: InjectedSinks<SettledSinks> = {
    settled: {
      lines: {
        callDuringReplay: true,
        fn: (_, request) => void take((request as { events: RecordedEvent[] }).events),
      },
    },
  };
  const { payloadConverterPath } = inject('workflows');
  const options = { workflowBundle: { code }, dataConverter: { payloadConverterPath }, sinks };
  await Worker.runReplayHistory(options, history, workflowId);
  return lines;
}
