// Scenes of secrets that were read by a thief: one that no function rotates, which custody makes a new value for and brings to those who cannot
// read it; and one that a function rotates.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Webhook } from 'standardwebhooks';
import { vi } from 'vitest';
import type { SecretPolicy } from '../../authority/policy.schema.ts';
import { ACCOUNT, type Estate, REGION, secretsExecutor } from '../../local/demo/estate.ts';
import type { Clock, Credentials } from '../../providers/aws/clients.ts';
import { secretRulesOf } from '../../workers/secret-rules.ts';
import { githubStub } from '../attacker/github-stub.ts';
import { RotationFunction } from '../attacker/rotation-function.ts';
import { statusFor, tokenService } from '../attacker/token-service.ts';
import { courseForSecret } from '../providers/aws/course.ts';
import { watched } from '../providers/aws/watched.ts';
import { plain } from './faces.ts';
import { httpProxy } from './http-proxy.ts';
import { awsEnvironment, impatient, told } from './identity-scenes.ts';
import { begun, type Ground, type Hands, type Scene, takenBy } from './scene.ts';
import { valuesIn, versionsIn } from './versions.ts';

const REPOSITORY = 'acme/shop';

/** It goes ahead by what is waited for. */
function restlessClock(): Clock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    pause: async (milliseconds) => {
      ahead += milliseconds;
    },
  };
}

/** Somebody who hears of new versions by a signed webhook, and fetches them. */
async function listener() {
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  const heard: { id: string; versionId: string }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const headers = request.headers as IncomingHttpHeaders & Record<string, string>;
      const news = new Webhook(secret).verify(Buffer.concat(parts).toString(), headers) as {
        data: { versionId: string };
      };
      heard.push({ id: String(headers['webhook-id']), versionId: news.data.versionId });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secret,
    heard,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** `endpoint`: of the proxy. */
export function secretScenesOf(estate: Estate, ground: Ground, endpoint: string) {
  const { wire } = ground;
  const secrets = new SecretsManagerClient({
    endpoint: estate.endpoint,
    region: REGION,
    credentials: estate.root,
  });
  let executor: Promise<Credentials> | undefined;
  let made = 0;

  const currentIn = async (SecretId: string): Promise<{ value: string; id: string }> => {
    const said = await secrets.send(new GetSecretValueCommand({ SecretId }));
    return { value: said.SecretString ?? '', id: said.VersionId ?? '' };
  };

  /** What all of them have. */
  async function scene(
    hands: Hands,
    secret: string,
    rules: SecretPolicy[],
    environment: Record<string, string>,
  ) {
    executor ??= secretsExecutor(estate.endpoint, 'custody-shop', ['shop/*']);
    const credentials = await executor;
    const at = { account: ACCOUNT, region: REGION, endpoint, clock: restlessClock() };
    const own = { ...at, credentials, secretRules: async () => secretRulesOf(rules, environment) };
    const owner = watched(own, impatient(own));
    const looking = { ...at, credentials: estate.checker };
    const checker = watched(looking, impatient(looking));
    const discover = () => courseForSecret(secret, { identity: owner, sessions: owner, owner, checker });
    const course = await begun(wire, discover);
    const folder = path.join(ground.folder, secret);
    const process = { ...awsEnvironment(endpoint, credentials), ...environment };
    return {
      ...told(course),
      take: takenBy(ground, hands, folder, course, {
        provider: 'aws',
        accounts: [ACCOUNT],
        environment: { identity: process, owner: process },
        secrets: rules,
      }),
      discover,
      isSeenByUse: () => false,
      work: async () => {},
      later: () => {},
      deletes: {},
      folder,
      own: [secret],
      secrets: async () => [
        ...(await valuesIn(secrets, secret)),
        credentials.secretAccessKey,
        ...Object.values(environment),
      ],
    };
  }

  async function generated(hands: Hands): Promise<Scene> {
    made += 1;
    const secret = `shop/token-${made}`;
    const old = `canary-of-the-old-token-${randomBytes(8).toString('hex')}`;
    await secrets.send(new CreateSecretCommand({ Name: secret, SecretString: old }));
    const [service, github, hook] = await Promise.all([
      tokenService(secrets, secret),
      githubStub(),
      listener(),
    ]);
    const [test, api, url] = await Promise.all([
      httpProxy(wire, service.url, plain('test')),
      httpProxy(wire, github.api, plain('github')),
      httpProxy(wire, hook.url, plain('webhook')),
    ]);
    const environment = { SHOP_GITHUB_TOKEN: github.token, SHOP_HOOK_SECRET: hook.secret };
    const consumer = { repository: REPOSITORY, secret: 'SHOP_TOKEN', tokenFrom: 'SHOP_GITHUB_TOKEN' };
    const rules: SecretPolicy[] = [
      {
        secret,
        test: { url: test.endpoint, header: 'authorization', prefix: 'Bearer ' },
        consumers: [
          { githubActions: { ...consumer, api: api.endpoint } },
          { webhook: { name: 'deployer', url: url.endpoint, secretFrom: 'SHOP_HOOK_SECRET' } },
        ],
      },
    ];
    return {
      ...(await scene(hands, secret, rules, environment)),
      thief: async () => [(await statusFor(service.url, old)) === 401 ? 'refused' : 'works'],
      async standing() {
        const { value, id } = await currentIn(secret);
        return {
          service: await statusFor(service.url, value),
          versions: await versionsIn(secrets, secret, (one) => one === old),
          github: [...github.secrets].map(([name, one]) => `${name}: ${one === value ? 'new' : 'another'}`),
          // However often it was said.
          heard: [...new Set(hook.heard.map((news) => JSON.stringify(news)))].map((news) =>
            news === JSON.stringify({ id: `rotated-${id}`, versionId: id }) ? 'of the new one' : news,
          ),
        };
      },
      async end() {
        for (const one of [test, api, url, service, github, hook]) await one.stop();
      },
    };
  }

  async function rotatedByFunction(hands: Hands): Promise<Scene> {
    made += 1;
    const secret = `shop/password-${made}`;
    const old = `canary-of-the-old-password-${randomBytes(8).toString('hex')}`;
    await secrets.send(new CreateSecretCommand({ Name: secret, SecretString: old }));
    // Its rules alone, nothing is rotated yet; the emulator leaves a trial version for a moment, as AWS does.
    await secrets.send(
      new RotateSecretCommand({
        SecretId: secret,
        RotationLambdaARN: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:SecretsManagerShop`,
        RotationRules: { AutomaticallyAfterDays: 30 },
        RotateImmediately: false,
      }),
    );
    await vi.waitFor(async () => {
      if ((await valuesIn(secrets, secret)).length > 1) throw new Error('the trial version is there');
    });
    const rotates = new RotationFunction(secrets, secret);
    wire.done = async ({ name, names, status }) => {
      if (name !== 'secretsmanager:RotateSecret' || names['SecretId'] !== secret || status !== 200) return;
      // AWS has it called from then on, whether or not whoever asked learns of it.
      rotates.asked(names['ClientRequestToken'] ?? '');
      for (let step = 0; step < 4; step += 1) await rotates.step();
    };
    const common = await scene(hands, secret, [], {});
    return {
      ...common,
      thief: async () => [rotates.taken.length > 0 && !rotates.taken.includes(old) ? 'refused' : 'works'],
      async standing() {
        const { value } = await currentIn(secret);
        return {
          service: rotates.taken.map((one) => (one === value ? 'takes the new one' : 'takes another')),
          versions: await versionsIn(secrets, secret, (one) => one === old),
          done: rotates.done,
        };
      },
      end: async () => {
        wire.done = async () => {};
      },
    };
  }

  return { generated, rotatedByFunction };
}
