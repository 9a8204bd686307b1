// The demo's AWS account on an emulator of the test file's own, stopped when the file is done.
import { afterAll, beforeAll } from 'vitest';
import { type Estate, estate } from '../../local/demo/estate.ts';
import { type AwsServer, startAws } from '../../local/servers.ts';

/** Call it at the top of a test file; the result is there from the first test on. */
export function estateForThisFile(): () => Estate {
  let server: AwsServer | undefined;
  let made: Estate | undefined;
  beforeAll(async () => {
    server = await startAws();
    made = await estate(server.endpoint);
  });
  afterAll(() => server?.stop());
  return () => {
    if (made === undefined) throw new Error('the estate is there once the first test begins');
    return made;
  };
}
