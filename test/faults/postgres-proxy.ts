// Stands between a worker and a cluster, on the wire ("Frontend/Backend Protocol"): a login is a call, and so is each statement. It is known
// to be done when the server says that it is ready for the next one.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { type Call, doneWith, fateOf, isLost, isRefusal, type Refusal, type Wire } from './wire.ts';

export interface PostgresProxy {
  host: string;
  port: number;
  /** Ends what is open: workers keep connections for their next call. */
  cut(): void;
  stop(): Promise<void>;
}

/** SQLSTATE of each, at the door and within. */
const SAYS: Readonly<Record<Refusal, { login: string; statement: string }>> = {
  throttled: { login: '53300', statement: '53200' },
  broken: { login: '57P03', statement: 'XX000' },
  denied: { login: '28000', statement: '42501' },
  full: { login: '53300', statement: '53100' },
};

/** Type and length stand before each message but the first, which has no type. */
const HEADER = 5;
const READY = Buffer.from([...Buffer.from('Z'), 0, 0, 0, 5, ...Buffer.from('I')]);

function errorSaying(code: string): Buffer {
  const fields = Buffer.from(`SERROR\0VERROR\0C${code}\0Mas the test says\0\0`);
  const head = Buffer.alloc(HEADER);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

const login = (startup: Buffer): Call => {
  const parts = startup.toString('utf8', 8).split('\0');
  return { name: 'postgres:login', names: { role: parts[parts.indexOf('user') + 1] ?? '' }, writes: false };
};

function statement(text: string): Call {
  const [name = ''] = /^\s*(?:ALTER ROLE|\w+)/.exec(text) ?? [];
  const role = /^\s*ALTER ROLE (?:"((?:[^"]|"")*)"|(\S+))/.exec(text);
  const names: Record<string, string> =
    role === null ? {} : { role: role[1]?.replaceAll('""', '"') ?? role[2] ?? '' };
  return { name: `postgres:${name.trim()}`, names, writes: !/^\s*SELECT/.test(text) };
}

/** The whole messages at the front of what has come. */
function* messagesIn(bytes: Buffer): Generator<{ type: string; body: Buffer; whole: Buffer }> {
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    if (end > bytes.length) return;
    yield {
      type: String.fromCharCode(bytes[at] ?? 0),
      body: bytes.subarray(at + HEADER, end),
      whole: bytes.subarray(at, end),
    };
    at = end;
  }
}

class Connection {
  readonly #wire: Wire;
  readonly #near: Socket;
  readonly #far: Socket;
  /** What came from the worker, and is of no whole call yet. */
  #asked = Buffer.alloc(0);
  /** The statements of the call that is being put together. */
  #texts: string[] = [];
  #held: Buffer[] = [];
  #isIn = false;
  /** What came from the server, and is no whole message yet. */
  #said = Buffer.alloc(0);
  /** What the server says to the call that is under way. */
  #answer: Buffer[] = [];
  #under: { call: Call; answered: () => void } | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(wire: Wire, near: Socket, far: Socket) {
    this.#wire = wire;
    this.#near = near;
    this.#far = far;
    near.on('data', (chunk: Buffer) => this.#inTurn(() => this.#hear(chunk)));
    far.on('data', (chunk: Buffer) => this.#answers(chunk));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => {
        this.#under?.answered();
        other.end();
      });
    }
  }

  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch(() => this.#end());
  }

  #end(): void {
    this.#near.destroy();
    this.#far.destroy();
  }

  async #hear(chunk: Buffer): Promise<void> {
    this.#asked = Buffer.concat([this.#asked, chunk]);
    if (!this.#isIn) {
      if (this.#asked.length < 4 || this.#asked.length < this.#asked.readInt32BE(0)) return;
      const startup = this.#asked.subarray(0, this.#asked.readInt32BE(0));
      this.#asked = this.#asked.subarray(startup.length);
      this.#isIn = true;
      // What it says on the way in goes on while the call is under way.
      void this.#pass(login(startup), startup).catch(() => this.#end());
    }
    for (const { type, body, whole } of messagesIn(this.#asked)) {
      this.#asked = this.#asked.subarray(whole.length);
      if (type === 'p' || type === 'X') {
        this.#far.write(whole);
        continue;
      }
      this.#held.push(whole);
      if (type === 'Q') this.#texts.push(textIn(body, 0));
      if (type === 'P') this.#texts.push(textIn(body, 1));
      if (type !== 'Q' && type !== 'S') continue;
      const [held, call] = [Buffer.concat(this.#held), statement(this.#texts.join('; '))];
      this.#held = [];
      this.#texts = [];
      await this.#pass(call, held);
    }
  }

  async #pass(call: Call, bytes: Buffer): Promise<void> {
    const fault = await fateOf(this.#wire, call);
    if (fault === 'silent') return;
    if (fault === 'killedBefore') return this.#end();
    const isLogin = call.name === 'postgres:login';
    if (isRefusal(fault)) {
      const { login: atTheDoor, statement: within } = SAYS[fault];
      const error = errorSaying(isLogin ? atTheDoor : within);
      if (isLogin) this.#near.end(error);
      else this.#near.write(Buffer.concat([error, READY]));
      return;
    }
    const answered = new Promise<void>((resolve) => {
      this.#under = { call, answered: resolve };
    });
    this.#far.write(bytes);
    await answered;
    this.#under = null;
    const answer = Buffer.concat(this.#answer);
    this.#answer = [];
    await doneWith(this.#wire, call, fault);
    if (isLost(fault)) return this.#end();
    this.#near.write(answer);
  }

  #answers(chunk: Buffer): void {
    this.#said = Buffer.concat([this.#said, chunk]);
    for (const { type, body, whole } of messagesIn(this.#said)) {
      this.#said = this.#said.subarray(whole.length);
      const isLogin = this.#under?.call.name === 'postgres:login';
      // It asks for the password, and then for its proof.
      if (this.#under === null || (isLogin && type === 'R' && body.readInt32BE(0) !== 0)) {
        this.#near.write(whole);
        continue;
      }
      this.#answer.push(whole);
      // At the door an error is its last word.
      if (type === 'Z' || (isLogin && type === 'E')) this.#under.answered();
    }
  }
}

/** The text at that place among those of a message. */
const textIn = (body: Buffer, at: number): string => body.toString().split('\0')[at] ?? '';

export async function postgresProxy(
  wire: Wire,
  server: { host: string; port: number },
): Promise<PostgresProxy> {
  const open = new Set<Socket>();
  const listening = createServer((near) => {
    const far = connect(server.port, server.host);
    for (const one of [near, far]) {
      open.add(one);
      one.on('close', () => open.delete(one));
    }
    new Connection(wire, near, far);
  });
  await new Promise<void>((resolve) => {
    listening.listen(0, '127.0.0.1', resolve);
  });
  const cut = () => {
    for (const one of open) one.destroy();
  };
  return {
    host: '127.0.0.1',
    port: (listening.address() as AddressInfo).port,
    cut,
    stop: () =>
      new Promise((resolve) => {
        listening.close(() => resolve());
        cut();
      }),
  };
}
