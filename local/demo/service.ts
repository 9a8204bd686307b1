// The innocent party: fetches the robot's key from its secret with an identity of its own before each piece of work, and works with it. Usage: node service.js KEY_SECRET WORK_SECRET. Each piece of work is a line on stdout; no key is ever printed.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { setTimeout as pause } from 'node:timers/promises';
import type { Credentials } from '../../providers/aws/clients.ts';
import { caller, PAUSE_MS, tell } from './attempt.ts';

const [secretId = '', workId = ''] = process.argv.slice(2);
const secrets = new SecretsManagerClient({});

async function fetched(): Promise<Credentials> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
  return JSON.parse(SecretString ?? '') as Credentials;
}

let key = await fetched();
let work = caller(key);
for (;;) {
  const found = await fetched().catch(() => key);
  if (found.accessKeyId !== key.accessKeyId) {
    key = found;
    work = caller(key);
  }
  tell('key', key.accessKeyId, await work(workId));
  await pause(PAUSE_MS);
}
