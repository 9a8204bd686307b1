// The thief: has the stolen key in its environment and nothing else, makes a session of it at once, and uses both without end.
// Usage: node thief.js SECRET. Each try is a line on stdout; neither key nor session is ever printed.
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { setTimeout as pause } from 'node:timers/promises';
import { caller, PAUSE_MS, tell } from './attempt.ts';

const [secretId = ''] = process.argv.slice(2);
const key = {
  accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
  secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
};
const { Credentials: made } = await new STSClient({}).send(new GetSessionTokenCommand({}));
const { AccessKeyId, SecretAccessKey, SessionToken } = made ?? {};
if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined)
  throw new Error('no session was made');
const byKey = caller(key);
const bySession = caller({
  accessKeyId: AccessKeyId,
  secretAccessKey: SecretAccessKey,
  sessionToken: SessionToken,
});
for (;;) {
  tell('key', key.accessKeyId, await byKey(secretId));
  tell('session', AccessKeyId, await bySession(secretId));
  await pause(PAUSE_MS);
}
