// Builds dist/ and bundles its workflow code once for all test files of a suite: a bundle takes seconds, and each worker would
// make its own. The built code, because Temporal's workers load the payload converter by its path.
// A test takes it with `inject('workflows')`.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { build } from '../local/build.mjs';
import { checkout } from '../local/checkout.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    workflows: {
      /** For `Worker.create({ workflowBundle: { codePath } })`. */
      codePath: string;
      payloadConverterPath: string;
    };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  build();
  const workflows = path.join(checkout, 'dist', 'workflows');
  const payloadConverterPath = path.join(workflows, 'converter.js');
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(workflows, 'index.js'),
    payloadConverterPath,
    logger: new DefaultLogger('WARN'),
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'custody-bundle-'));
  const codePath = path.join(folder, 'workflows.js');
  await writeFile(codePath, code);
  project.provide('workflows', { codePath, payloadConverterPath });
  return () => rm(folder, { recursive: true, force: true });
}
