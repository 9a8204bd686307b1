// Temporal's time-skipping test server: the workflow tests wait for days in it, and it lets them pass at once.
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tools } from '../tools.mjs';
import { run } from '../processes.mjs';
import { failedBuild } from './failed.mjs';
import { SDK_VERSION } from './sdk.mjs';

const VERSION = '1.38.0';
const FILE = 'test-server';

/**
 * The SDK starts this file with a port. It ends when the process that started it is gone, which the server alone would not.
 * No flag is handed on: with --enable-time-skipping time runs away; without it the SDK moves time when a test waits.
 * @param {string} command what to run, with `$here` for the folder of this file
 */
const script = (command) => `#!/bin/sh
here=$(dirname "$0")
starter=$PPID
(while kill -0 "$starter" && kill -0 $$; do sleep 1; done; kill $$) </dev/null >/dev/null 2>&1 &
exec ${command} "$@"
`;

/** @param {string} folder @param {string} command */
async function writeScript(folder, command) {
  const file = path.join(folder, FILE);
  await writeFile(file, script(command));
  await chmod(file, 0o755);
}

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>custody</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version>
    </dependency>
    <!-- Or it complains at each start that it has nowhere to log to. -->
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** @type {import('./server.mjs').Server} */
export const timeSkipping = {
  name: 'Temporal test server',
  variable: 'CUSTODY_TEST_SERVER',
  download: {
    entry: `test-server-of-sdk-${SDK_VERSION}`,
    file: FILE,
    kind: 'time-skipping',
    async finish(folder) {
      await rename(path.join(folder, FILE), path.join(folder, 'program'));
      await writeScript(folder, '"$here/program"');
    },
  },
  build: {
    entry: async () => `test-server-${VERSION}`,
    file: FILE,
    how: 'fetched with Maven, run by Java',
    aboutMs: 15_000,
    tools: [tools.java, tools.mvn],
    async make(folder, say) {
      say(`mvn, version ${VERSION}`);
      const file = path.join(folder, 'pom.xml');
      await writeFile(file, pom);
      const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
      const copied = path.join(folder, 'jars');
      const { code, last } = await run('mvn', ['-q', '-B', '-f', file, goal, `-DoutputDirectory=${copied}`]);
      if (code !== 0) failedBuild(timeSkipping, last);
      await rm(file);
      await writeScript(folder, 'java -cp "$here/jars/*" io.temporal.testserver.TestServer');
    },
  },
};
