// Keycloak, the second identity provider that logins are tried at: its distribution from Maven Central, built once for a database in memory.
import { chmod, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../processes.mjs';
import { tools } from '../tools.mjs';
import { failedBuild } from './failed.mjs';

const VERSION = '26.4.7';
const FILE = 'keycloak';
const UNPACK = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack';

/**
 * Started with a home folder of its own, where it may write, and its options. Java itself: Keycloak's own script would leave it
 * behind when it is killed.
 */
const SCRIPT = `#!/bin/sh
here=$(dirname "$0")/server
home=$1
shift
for part in lib conf providers themes; do ln -s "$here/$part" "$home/$part"; done
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m -XX:+ExitOnOutOfMemoryError \\
  -Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory \\
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager -Dpicocli.disable.closures=true \\
  --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.security=ALL-UNNAMED \\
  -Dkc.home.dir="$home" -cp "$here/lib/quarkus-run.jar" io.quarkus.bootstrap.runner.QuarkusEntryPoint "$@"
`;

/** @type {import('./server.mjs').Server} */
export const keycloak = {
  name: 'Keycloak',
  variable: 'CUSTODY_KEYCLOAK',
  optional: 'logins are not tried at Keycloak',
  build: {
    entry: async () => `keycloak-${VERSION}`,
    file: FILE,
    how: 'fetched with Maven (160 MB) and built, run by Java',
    aboutMs: 60_000,
    tools: [tools.java17, tools.mvn],
    async make(folder, say) {
      say(`mvn, version ${VERSION}`);
      const artifact = `-Dartifact=org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
      const fetched = await run('mvn', ['-q', '-B', UNPACK, artifact, `-DoutputDirectory=${folder}`], {
        cwd: folder,
      });
      if (fetched.code !== 0) failedBuild(keycloak, fetched.last);
      const server = path.join(folder, 'server');
      await rename(path.join(folder, `keycloak-${VERSION}`), server);
      say('kc.sh build');
      const args = [path.join(server, 'bin', 'kc.sh'), 'build', '--db=dev-mem', '--health-enabled=false'];
      const built = await run('sh', args);
      if (built.code !== 0) failedBuild(keycloak, built.last);
      const file = path.join(folder, FILE);
      await writeFile(file, SCRIPT);
      await chmod(file, 0o755);
    },
  },
};
