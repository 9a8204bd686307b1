// Stands between a worker and AWS, and does to a call what networks and AWS do. Requests are signed for the host that the worker
// addresses, so they are passed on unchanged. One for all tests: a new fault is a row in the table below.
import { createServer, type IncomingHttpHeaders, request as passOn, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `old`: what the same read answered before it last changed. `dropped`: AWS has done it, and its answer is lost. */
export type Fault = 'throttled' | 'broken' | 'silent' | 'dropped' | 'old' | 'denied' | 'full';

export interface Call {
  /** `iam:AttachUserPolicy` */
  name: string;
  /** Of the request, as far as they are plain: UserName, SecretId, … */
  names: Readonly<Record<string, string>>;
  writes: boolean;
  /** What was done to it; undefined: nothing, also where there was no older answer. */
  became?: Fault;
  /** Of the answer that AWS gave, whether or not it arrived. */
  status?: number;
}

export interface AwsProxy {
  endpoint: string;
  calls: Call[];
  /** Asked about each call that it can name, before AWS is. */
  befalls: (call: Call) => Fault | undefined | Promise<Fault | undefined>;
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** In the shapes of AWS: query services answer in XML, the others in JSON. */
const REFUSALS = {
  throttled: { status: 400, query: 'Throttling', json: 'ThrottlingException' },
  broken: { status: 500, query: 'ServiceFailure', json: 'InternalServiceError' },
  denied: { status: 403, query: 'AccessDenied', json: 'AccessDeniedException' },
  full: { status: 409, query: 'LimitExceeded', json: 'LimitExceededException' },
} as const;

const SERVICES: Readonly<Record<string, string>> = { '2010-05-08': 'iam', '2011-06-15': 'sts' };
/** Of the state of the account: who calls, each caller is answered otherwise. */
const READS = /^(iam|secretsmanager):(Get|List|Describe|Simulate)/;

/** undefined: of a service that custody does not use. */
function callOf(headers: IncomingHttpHeaders, body: string): Call | undefined {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [service, name] = target.split('.');
    if (service !== 'secretsmanager' || name === undefined) return undefined;
    return callNamed(`secretsmanager:${name}`, Object.entries(JSON.parse(body) as object));
  }
  const form = new URLSearchParams(body);
  const service = SERVICES[form.get('Version') ?? ''];
  const name = form.get('Action');
  return service === undefined || name === null ? undefined : callNamed(`${service}:${name}`, [...form]);
}

const callNamed = (name: string, entries: [string, unknown][]): Call => ({
  name,
  names: Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  ),
  writes: !READS.test(name),
});

function refuse(response: ServerResponse, name: string, fault: keyof typeof REFUSALS): void {
  const { status, query, json } = REFUSALS[fault];
  if (name.startsWith('secretsmanager:')) {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: json, Message: fault }));
    return;
  }
  response.writeHead(status, { 'content-type': 'text/xml' });
  response.end(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${query}</Code><Message>${fault}</Message></Error><RequestId>proxy</RequestId></ErrorResponse>`,
  );
}

const unmarked = ({ body }: Answer): string => body.toString().replace(/<RequestId>.*?<\/RequestId>/, '');

export async function awsProxy(aws: string): Promise<AwsProxy> {
  const calls: Call[] = [];
  /** What each read answered, the newest last, each that differs from the one before. */
  const told = new Map<string, Answer[]>();
  const state: Pick<AwsProxy, 'befalls'> = { befalls: () => undefined };
  const { hostname, port } = new URL(aws);

  const ask = (method: string, path: string, headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = passOn({ hostname, port, method, path, headers, setHost: false }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });

  /** Remembers an answer; gives the one from before the last change. */
  const remember = (read: string, now: Answer): Answer | undefined => {
    const answers = told.get(read) ?? [];
    const last = answers.at(-1);
    if (last === undefined || unmarked(last) !== unmarked(now)) answers.push(now);
    told.set(read, answers);
    return answers.at(-2);
  };

  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const body = Buffer.concat(parts);
      const { method = 'POST', url = '/', headers } = incoming;
      const call = callOf(headers, body.toString());
      const answered = async () => {
        const fault = call === undefined ? undefined : await state.befalls(call);
        if (call !== undefined) calls.push(call);
        if (call !== undefined && fault !== undefined && fault !== 'old') call.became = fault;
        if (fault === 'silent') return;
        if (call !== undefined && fault !== undefined && fault in REFUSALS) {
          refuse(response, call.name, fault as keyof typeof REFUSALS);
          return;
        }
        const now = await ask(method, url, headers, body);
        if (call !== undefined) call.status = now.status;
        if (fault === 'dropped') {
          response.destroy();
          return;
        }
        // A refusal is no state of the world.
        const before =
          call === undefined || call.writes || ![200, 400, 404].includes(now.status)
            ? undefined
            : remember(`${call.name} ${body.toString()}`, now);
        const answer = fault === 'old' && before !== undefined ? before : now;
        if (call !== undefined && answer !== now) call.became = 'old';
        response.writeHead(answer.status, answer.headers);
        response.end(answer.body);
      };
      answered().catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get befalls() {
      return state.befalls;
    },
    set befalls(value) {
      state.befalls = value;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
