// Stands between a worker and a server that speaks HTTP, and does to a call what networks and servers do. Requests are passed on unchanged:
// those to AWS are signed for the host that the worker addresses.
import { createServer, type IncomingHttpHeaders, request as passOn, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Call, doneWith, fateOf, isLost, isRefusal, type Refusal, type Wire } from './wire.ts';

export interface Request {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a server's calls look like. */
export interface Face {
  /** undefined: none that custody makes. */
  callOf(request: Request): Call | undefined;
  refuse(response: ServerResponse, call: Call, fault: Refusal): void;
}

export interface Proxy {
  endpoint: string;
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

const unmarked = ({ body }: Answer): string => body.toString().replace(/<RequestId>.*?<\/RequestId>/, '');

export async function httpProxy(wire: Wire, upstream: string, face: Face): Promise<Proxy> {
  /** What each read answered, the newest last, each that differs from the one before. */
  const told = new Map<string, Answer[]>();
  const { hostname, port } = new URL(upstream);

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
      const call = face.callOf({ method, url, headers, body: body.toString() });
      const answered = async () => {
        const fault = call === undefined ? undefined : await fateOf(wire, call);
        if (fault === 'silent') return;
        if (fault === 'killedBefore') {
          response.destroy();
          return;
        }
        if (call !== undefined && isRefusal(fault)) {
          face.refuse(response, call, fault);
          return;
        }
        const now = await ask(method, url, headers, body);
        if (call !== undefined) {
          call.status = now.status;
          await doneWith(wire, call, fault);
        }
        if (isLost(fault)) {
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
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
