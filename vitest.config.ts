// One project a suite. Real servers and two cores: two files at once.
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { suites } from './local/suites.mjs';

const files = (folders: string[]) => folders.map((folder) => `test/${folder}/**/*.test.ts`);
const taken = Object.values(suites).flatMap(({ folders }) => (folders === 'the rest' ? [] : folders));

const projects = Object.entries(suites).map(
  ([name, suite]): TestProjectInlineConfiguration => ({
    test: {
      name,
      include: suite.folders === 'the rest' ? ['test/**/*.test.ts'] : files(suite.folders),
      exclude: [...configDefaults.exclude, ...(suite.folders === 'the rest' ? files(taken) : [])],
      setupFiles: ['test/setup.surroundings.ts', ...(suite.bundle ? ['test/setup.temporal-runtime.ts'] : [])],
      ...(suite.bundle ? { globalSetup: ['test/setup.workflow-bundle.ts'] } : {}),
      testTimeout: suite.testTimeoutMs,
      hookTimeout: 60_000,
    },
  }),
);

export default defineConfig({
  test: { projects, pool: 'forks', maxWorkers: 2, passWithNoTests: true, teardownTimeout: 15_000 },
});
