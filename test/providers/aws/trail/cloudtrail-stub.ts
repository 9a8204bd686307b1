// A stub of AWS CloudTrail: it serves `LookupEvents` as its API reference documents the request and the response, over events that a test
// gives it, and nothing else of CloudTrail. No trail, no signatures, no permissions.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The documented form, as far as custody reads it ("CloudTrail record contents"), with what it must not copy beside it. */
export interface Recorded {
  eventID: string;
  eventTime: string;
  eventSource: string;
  eventName: string;
  sourceIPAddress?: string;
  userAgent?: string;
  errorCode?: string;
  userIdentity: Record<string, unknown>;
  requestParameters?: unknown;
  responseElements?: unknown;
}

interface Kept {
  region: string;
  /** What it is found by. */
  by: Record<string, string>;
  document: string;
}

export class CloudTrailStub {
  readonly #kept: Kept[] = [];
  readonly #server: Server;
  /** Answers in place of the events, the next first: an error's name and status. */
  readonly refusals: { name: string; status: number }[] = [];
  /** Of each call, region and attribute. */
  readonly calls: { region: string; by: string; value: string }[] = [];
  pageSize = 50;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const region =
          /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
        const { code, body } = this.#answer(region, Buffer.concat(chunks).toString());
        response.writeHead(code, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(body));
      });
    });
  }

  static async start(): Promise<CloudTrailStub> {
    const stub = new CloudTrailStub();
    await new Promise<void>((resolve) => stub.#server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  record(region: string, by: Record<string, string>, event: Recorded | string): void {
    this.#kept.push({ region, by, document: typeof event === 'string' ? event : JSON.stringify(event) });
  }

  #answer(region: string, text: string): { code: number; body: unknown } {
    const asked = JSON.parse(text) as {
      LookupAttributes: { AttributeKey: string; AttributeValue: string }[];
      StartTime: number;
      NextToken?: string;
    };
    const [{ AttributeKey, AttributeValue } = { AttributeKey: '', AttributeValue: '' }] =
      asked.LookupAttributes;
    this.calls.push({ region, by: AttributeKey, value: AttributeValue });
    const refused = this.refusals.shift();
    if (refused !== undefined)
      return { code: refused.status, body: { __type: refused.name, message: 'refused by the stub' } };
    const fitting = this.#kept.filter(
      ({ region: at, by }) => at === region && by[AttributeKey] === AttributeValue,
    );
    const from = Number(asked.NextToken ?? 0);
    const to = from + this.pageSize;
    return {
      code: 200,
      body: {
        Events: fitting.slice(from, to).map(({ document }) => ({ CloudTrailEvent: document })),
        ...(to < fitting.length ? { NextToken: String(to) } : {}),
      },
    };
  }
}
