// Work that is harmless: putting a message into a queue. There is no SDK client for queues here, so the request is signed by hand.
import { createHash, createHmac } from 'node:crypto';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { type Estate, REGION } from '../../local/demo/estate.ts';
import type { Credentials } from '../../providers/aws/clients.ts';
import type { Answer } from './thief.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** By AWS's Signature Version 4. Answers `works`, or the class of the refusal. */
async function call(endpoint: string, by: Credentials, action: string, body: object): Promise<Answer> {
  const { host } = new URL(endpoint);
  const text = JSON.stringify(body);
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = date.slice(0, 8);
  const headers: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.0',
    host,
    'x-amz-date': date,
    ...(by.sessionToken === undefined ? {} : { 'x-amz-security-token': by.sessionToken }),
    'x-amz-target': `AmazonSQS.${action}`,
  };
  const names = Object.keys(headers).sort();
  const canonical = ['POST', '/', '', ...names.map((name) => `${name}:${headers[name]}`), ''];
  const request = [...canonical, names.join(';'), sha256(text)].join('\n');
  const scope = `${day}/${REGION}/sqs/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(request)].join('\n');
  const key = [day, REGION, 'sqs', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${by.secretAccessKey}`);
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${by.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
    },
    body: text,
  });
  if (answer.ok) return 'works';
  const said = await answer.text();
  return /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)"/.exec(said)?.[1] ?? said;
}

export interface Queue {
  send(by: Credentials): Promise<Answer>;
}

/** A queue of the user's, into which it may put messages. */
export async function queueOf(estate: Estate, user: string): Promise<Queue> {
  const { endpoint, account, root } = estate;
  const QueueName = `${user}-queue`;
  const made = await call(endpoint, root, 'CreateQueue', { QueueName });
  if (made !== 'works') throw new Error(`no queue was made: ${made}`);
  const iam = new IAMClient({ endpoint, region: REGION, credentials: root });
  const Action = 'sqs:SendMessage';
  const Resource = `arn:aws:sqs:${REGION}:${account}:${QueueName}`;
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource }],
  });
  await iam.send(new PutUserPolicyCommand({ UserName: user, PolicyName: 'queue', PolicyDocument }));
  const QueueUrl = `${endpoint}/${account}/${QueueName}`;
  return { send: (by) => call(endpoint, by, 'SendMessage', { QueueUrl, MessageBody: 'deploy' }) };
}
