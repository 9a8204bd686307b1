// GitHub's API for the secrets of Actions, as its documentation has it ("REST API endpoints for GitHub Actions Secrets"), with a real key
// pair: what is put there is opened with the private half, as GitHub does.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import sodium from 'libsodium-wrappers';

export interface GithubStub {
  api: string;
  token: string;
  /** `owner/name SECRET` -> the value, opened. */
  secrets: Map<string, string>;
  /** All that came over the wire. */
  wire: string[];
  /** The connection is dropped at the call with this number, before or after it is done. */
  drop: { nth: number; when: 'before' | 'after' } | null;
  /** Answered in place of the deed. */
  answers: { status: number; headers?: Record<string, string> } | null;
  stop(): Promise<void>;
}

export async function githubStub(): Promise<GithubStub> {
  await sodium.ready;
  const pair = sodium.crypto_box_keypair();
  const key = Buffer.from(pair.publicKey).toString('base64');
  const KEY_ID = '568250167242549743';
  let calls = 0;
  const stub: Omit<GithubStub, 'api' | 'stop'> = {
    token: 'github_pat_canary_11AAAAAAA0',
    secrets: new Map(),
    wire: [],
    drop: null,
    answers: null,
  };
  const done = (request: IncomingMessage, text: string): [number, unknown] => {
    if (stub.answers !== null) return [stub.answers.status, { message: text }];
    if (request.headers.authorization !== `Bearer ${stub.token}`)
      return [401, { message: 'Bad credentials' }];
    const match = /^\/repos\/([^/]+\/[^/]+)\/actions\/secrets\/([^/]+)$/.exec(request.url ?? '');
    const [repository, name] = [match?.[1], match?.[2]];
    if (repository === undefined || name === undefined) return [404, { message: 'Not Found' }];
    if (request.method === 'GET' && name === 'public-key') return [200, { key_id: KEY_ID, key }];
    if (request.method !== 'PUT') return [404, { message: 'Not Found' }];
    const body = JSON.parse(text) as { encrypted_value: string; key_id: string };
    if (body.key_id !== KEY_ID) return [422, { message: 'key_id is not the current one' }];
    const opened = sodium.crypto_box_seal_open(
      new Uint8Array(Buffer.from(body.encrypted_value, 'base64')),
      pair.publicKey,
      pair.privateKey,
    );
    const at = `${repository} ${decodeURIComponent(name)}`;
    const isNew = !stub.secrets.has(at);
    stub.secrets.set(at, Buffer.from(opened).toString());
    return [isNew ? 201 : 204, null];
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls += 1;
      const text = Buffer.concat(chunks).toString();
      stub.wire.push(`${request.method} ${request.url} ${text}`);
      const drop = stub.drop?.nth === calls ? stub.drop.when : null;
      if (drop === 'before') return void request.socket.destroy();
      const [status, body] = done(request, text);
      if (drop === 'after') return void request.socket.destroy();
      response.writeHead(status, { 'content-type': 'application/json', ...stub.answers?.headers });
      response.end(body === null ? '' : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return Object.assign(stub, {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}
