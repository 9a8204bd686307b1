// For "npm run record-histories", which sets CUSTODY_HISTORY_SET: records a set instead of testing against the kept ones.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/replay/record-histories.ts'],
    setupFiles: ['test/setup.surroundings.ts', 'test/setup.temporal-runtime.ts'],
    globalSetup: ['test/setup.workflow-bundle.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
