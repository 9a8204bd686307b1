// The Temporal dev server: the real server in one process, from Temporal's own command-line program.
import { answerOf, isAtLeast, onPath, tools } from '../tools.mjs';
import { run } from '../processes.mjs';
import { SDK_VERSION } from './sdk.mjs';
import { failedBuild } from './failed.mjs';

/** The newest that can be installed by name with Go: newer ones have a `replace` in go.mod. */
const VERSION = '1.5.1';
/** Priority and fairness, worker deployments, and update-with-start as they are used here. */
const SERVER_AT_LEAST = '1.29';

/** @type {import('./server.mjs').Server} */
export const temporal = {
  name: 'Temporal dev server',
  variable: 'CUSTODY_TEMPORAL',
  async onPath() {
    const program = onPath('temporal');
    const answer = program && (await answerOf(program, ['--version']));
    // A program built by Go has no version of its own, so the server's inside it is what counts.
    const inside = answer && /Server (\d+\.\d+\.\d+)/.exec(answer)?.[1];
    return program && inside && isAtLeast(inside, SERVER_AT_LEAST)
      ? { path: program, from: `PATH (server ${inside})` }
      : undefined;
  },
  download: { entry: `temporal-of-sdk-${SDK_VERSION}`, file: 'temporal', kind: 'dev-server' },
  build: {
    entry: async () => `temporal-${VERSION}`,
    file: 'temporal',
    how: 'built with Go',
    aboutMs: 360_000,
    tools: [tools.go],
    async make(folder, say) {
      say(`go install, version ${VERSION}`);
      const env = { ...process.env, GOBIN: folder, GOFLAGS: '' };
      const { code, last } = await run(
        'go',
        ['install', `github.com/temporalio/cli/cmd/temporal@v${VERSION}`],
        { env },
      );
      if (code !== 0) failedBuild(temporal, last);
    },
  },
};
