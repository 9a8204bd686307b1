// Runs `custody` as somebody would, in a process of its own. Where it sends a person to a page, to log in or to use their passkey,
// they go there in whatever browser is theirs.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { checkout } from '../checkout.mjs';
import { type Credentials, visited } from '../plain-browser.ts';

/** What a command said, and how it ended. */
export interface Ran {
  code: number;
  out: string;
  err: string;
  /** How its word was proved, if it was at a page. */
  proved: Proved | null;
}

/** `nonce`: what the identity provider was asked to bind the login to. */
export type Proved = { by: 'login'; at: string; nonce: string } | { by: 'passkey'; at: string };

/** A person in front of it. */
export interface Browsing {
  login: Credentials;
  /** Goes to a page of custody's and uses the passkey there. */
  press?: ((address: string) => Promise<void>) | undefined;
}

export interface Running {
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  who?: Browsing | undefined;
  signal?: AbortSignal;
}

const execute = promisify(execFile);
const PAGE = /^(Log in|Use your passkey) here: (\S+)$/;

export async function custody({ args, env, who, signal }: Running): Promise<Ran> {
  const main = path.join(checkout, 'dist', 'cli', 'main.js');
  const running = execute(process.execPath, [main, ...args], {
    // Nobody's own browser is opened: who goes to the page stands here.
    env: { ...env, CUSTODY_BROWSER: 'none' },
    maxBuffer: 64 * 1024 * 1024,
    ...(signal === undefined ? {} : { signal }),
  });
  let proved: Proved | null = null;
  const lost = new Promise<never>((_, reject) => {
    createInterface({ input: running.child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      const [, does, address] = PAGE.exec(line) ?? [];
      if (address === undefined || who === undefined) return;
      const there = does === 'Log in' ? atLogin(address, who) : atPasskey(address, who);
      there.then(
        (how) => {
          proved = how;
        },
        (error: unknown) => {
          running.child.kill();
          reject(error);
        },
      );
    });
  });
  try {
    const { stdout, stderr } = await Promise.race([running, lost]);
    return { code: 0, out: stdout, err: stderr, proved };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, out: stdout ?? '', err: stderr ?? '', proved };
  }
}

export function successful(ran: Ran): Ran {
  if (ran.code !== 0) throw new Error(`custody ended with ${ran.code}: ${ran.err.trim() || ran.out.trim()}`);
  return ran;
}

async function atLogin(address: string, { login }: Browsing): Promise<Proved> {
  const { nonces } = await visited(address, login);
  return { by: 'login', at: new URL(address).origin, nonce: nonces.at(-1) ?? '' };
}

async function atPasskey(address: string, { press }: Browsing): Promise<Proved> {
  if (press === undefined) throw new Error(`Nobody has a passkey to use at ${address}.`);
  await press(address);
  return { by: 'passkey', at: new URL(address).origin };
}
