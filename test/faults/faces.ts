// The servers that workers call by HTTP, as a proxy sees them: how their calls are named, and how each of them refuses.
import type { Face } from './http-proxy.ts';
import type { Call } from './wire.ts';

/** In the shapes of AWS: query services answer in XML, the others in JSON. */
const AWS_SAYS = {
  throttled: { status: 400, query: 'Throttling', json: 'ThrottlingException' },
  broken: { status: 500, query: 'ServiceFailure', json: 'InternalServiceError' },
  denied: { status: 403, query: 'AccessDenied', json: 'AccessDeniedException' },
  full: { status: 409, query: 'LimitExceeded', json: 'LimitExceededException' },
} as const;

/** By the prefix of a target. */
const JSON_SERVICES: Readonly<Record<string, string>> = {
  secretsmanager: 'secretsmanager',
  AWSOrganizationsV20161128: 'organizations',
};
const SERVICES: Readonly<Record<string, string>> = { '2010-05-08': 'iam', '2011-06-15': 'sts' };
/** Of the state of the account: who calls, each caller is answered otherwise. */
const READS = /^(iam|secretsmanager|organizations):(Get|List|Describe|Simulate)/;
/** What a request is about. The rest may be a secret. */
const NAMES = ['UserName', 'RoleName', 'SecretId', 'VersionStage', 'MoveToVersionId', 'ClientRequestToken'];

const awsCall = (name: string, entries: [string, unknown][]): Call => ({
  name,
  names: Object.fromEntries(
    entries.filter(
      (entry): entry is [string, string] => NAMES.includes(entry[0]) && typeof entry[1] === 'string',
    ),
  ),
  writes: !READS.test(name),
});

export const aws: Face = {
  callOf({ headers, body }) {
    const target = headers['x-amz-target'];
    if (typeof target === 'string') {
      const [prefix = '', name] = target.split('.');
      const service = JSON_SERVICES[prefix];
      if (service === undefined || name === undefined) return undefined;
      return awsCall(`${service}:${name}`, Object.entries(JSON.parse(body) as object));
    }
    const form = new URLSearchParams(body);
    const service = SERVICES[form.get('Version') ?? ''];
    const name = form.get('Action');
    return service === undefined || name === null ? undefined : awsCall(`${service}:${name}`, [...form]);
  },
  refuse(response, { name }, fault) {
    const { status, query, json } = AWS_SAYS[fault];
    if (Object.values(JSON_SERVICES).some((service) => name.startsWith(`${service}:`))) {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ __type: json, Message: fault }));
      return;
    }
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${query}</Code><Message>${fault}</Message></Error><RequestId>proxy</RequestId></ErrorResponse>`,
    );
  },
};

const STATUS = { throttled: 429, broken: 500, denied: 403, full: 413 } as const;

/** A server of an owner's: `github:PUT`. */
export const plain = (server: 'test' | 'github' | 'webhook'): Face => ({
  callOf: ({ method }) => ({ name: `${server}:${method}`, names: {}, writes: true }),
  refuse(response, _, fault) {
    response.writeHead(STATUS[fault]).end();
  },
});
