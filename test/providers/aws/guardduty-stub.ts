// A stub of Amazon GuardDuty: it serves `GetFindings` as its API reference documents the request and the response, over findings that
// a test gives it, and nothing else of GuardDuty. No detection, no signatures, no permissions.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The documented form, as far as custody reads it ("Finding", Amazon GuardDuty API reference). */
export interface StubFinding {
  id: string;
  accountId: string;
  region: string;
  type: string;
  title: string;
  severity: number;
  updatedAt: string;
  customDetectionRuleName?: string;
  resource: {
    resourceType: 'AccessKey';
    accessKeyDetails?: { accessKeyId?: string; principalId: string; userName: string; userType: string };
  };
  service: {
    archived?: boolean;
    serviceName: 'guardduty';
    eventLastSeen?: string;
    additionalInfo?: { value?: string; type?: string };
  };
}

export const DETECTOR = { region: 'us-east-1', id: '12abc34d567e8fa901bc2d34e56789f0' };

export class GuardDutyStub {
  /** By id. */
  readonly findings = new Map<string, StubFinding>();
  calls = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { code, body } = this.#answer(
          request.method ?? '',
          request.url ?? '',
          Buffer.concat(chunks).toString(),
        );
        response.writeHead(code, {
          'content-type': 'application/json',
          ...(code === 200 ? {} : { 'x-amzn-errortype': 'BadRequestException' }),
        });
        response.end(JSON.stringify(body));
      });
    });
  }

  static async start(): Promise<GuardDutyStub> {
    const stub = new GuardDutyStub();
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

  #answer(method: string, url: string, text: string): { code: number; body: unknown } {
    this.calls += 1;
    if (method !== 'POST' || url !== `/detector/${DETECTOR.id}/findings/get`) {
      const message =
        'The request is rejected because the input detectorId is not owned by the current account.';
      return { code: 400, body: { __type: 'InvalidInputException', message } };
    }
    const { findingIds } = JSON.parse(text) as { findingIds: string[] };
    return { code: 200, body: { findings: findingIds.flatMap((id) => this.findings.get(id) ?? []) } };
  }
}

/** What a real detector would say of a key that is used from a strange network. */
export const stubFinding = (
  id: string,
  { userName, accessKeyId, accountId }: { userName: string; accessKeyId: string; accountId: string },
  change: Partial<StubFinding> = {},
): StubFinding => ({
  id,
  accountId,
  region: DETECTOR.region,
  type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller',
  title: `An API was invoked with the key of ${userName} from a known malicious address.`,
  severity: 8,
  updatedAt: new Date().toISOString(),
  resource: {
    resourceType: 'AccessKey',
    accessKeyDetails: { accessKeyId, principalId: 'AIDAEXAMPLE', userName, userType: 'IAMUser' },
  },
  service: { archived: false, serviceName: 'guardduty', eventLastSeen: new Date().toISOString() },
  ...change,
});
