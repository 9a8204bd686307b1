// Starts orchestrators that can be killed, one after the other, on a stage whose other workers stay.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { inject } from 'vitest';
import { newKey } from '../../authority/keys.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import type { Rules } from '../../domain/runbook/rules.ts';
import type { Stage } from '../workflows/stage.ts';

export interface Needs {
  address: string;
  workflows: { codePath: string; payloadConverterPath: string };
  records: string;
  directory: Directory;
  /** Content of its key file. It goes through the channel between the two processes and is never written down. */
  key: string;
  rules: Rules;
  /** Length of the history at which it dies; null: it lives until it is killed. */
  dieAt: number | null;
}

export interface OrchestratorProcess {
  /** The length at which it died by itself, or null where it was killed. */
  readonly gone: Promise<number | null>;
  /** As a crash does it. */
  kill(): Promise<void>;
}

const here = path.dirname(fileURLToPath(import.meta.url));

/** The workflow code that dies, as a file. Bundled once a test file. */
async function doomedCode(): Promise<string> {
  const { payloadConverterPath } = inject('workflows');
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(path.dirname(payloadConverterPath), 'index.js'),
    payloadConverterPath,
    workflowInterceptorModules: [path.join(here, 'doom.interceptor.ts')],
    logger: new DefaultLogger('ERROR'),
  });
  const codePath = path.join(await mkdtemp(path.join(tmpdir(), 'custody-doom-')), 'workflows.js');
  await writeFile(codePath, code);
  return codePath;
}
let bundled: Promise<string> | undefined;

/** The function that comes back starts one process, which polls when it resolves. */
export async function orchestratorsOf(
  stage: Stage,
  address: string,
): Promise<(dieAt: number | null) => Promise<OrchestratorProcess>> {
  bundled ??= doomedCode();
  const [codePath, { payloadConverterPath }] = [await bundled, inject('workflows')];
  const { content, entry } = await newKey('orchestrator');
  stage.people.directory.machines['orchestrator']?.keys.push(entry);
  const needs = {
    address,
    workflows: { codePath, payloadConverterPath },
    records: stage.recordsFolder,
    directory: stage.people.directory,
    key: content,
    rules: stage.rules,
  };
  return (dieAt) => born({ ...needs, dieAt });
}

async function born(needs: Needs): Promise<OrchestratorProcess> {
  const child = fork(path.join(here, 'orchestrator-process.mjs'), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  let diesAt: number | null = null;
  child.on('message', (message: { diesAt?: number }) => {
    diesAt = message.diesAt ?? diesAt;
  });
  const gone = once(child, 'exit').then(() => diesAt);
  const ready = once(child, 'message');
  child.send(needs);
  const first = await Promise.race([ready, gone]);
  if (!Array.isArray(first)) throw new Error(`An orchestrator ended as it started. It said:\n${said}`);
  return {
    gone,
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
