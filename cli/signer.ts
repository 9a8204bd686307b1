// How a person proves that they said something: by a key, by a login at the company's identity provider, or by a passkey.
// It decides which, from what is set and typed; what is said, and what is shown of it, it does not touch.
import { Option } from 'commander';
import type { Directory } from '../domain/runbook/runbook.schema.ts';
import type { Saying } from '../domain/statement/statement.schema.ts';
import { passphraseAt } from './passphrase.ts';
import { peopleIn } from './people-file.ts';
import { sayable } from './sayable.ts';
import { needed, type Terminal } from './terminal.ts';

export interface Assuring {
  key?: boolean;
  login?: boolean;
  passkey?: boolean;
  /** Id in people.yaml. */
  me?: string;
}

export interface Signer {
  /** `state` makes the statement's text in a person's name. `shown`: what they agreed to, for whoever shows it once more. */
  signed(state: (person: string) => string, shown: readonly string[]): Promise<Saying>;
}

/** The options of every command that signs. */
export const ASSURED_BY = (): Option[] => [
  new Option('--key', 'sign with the key of CUSTODY_KEY, also where you could log in').conflicts([
    'login',
    'passkey',
  ]),
  new Option('--login', 'log in to sign, also where CUSTODY_KEY is set').conflicts('passkey'),
  new Option('--passkey', 'sign with a passkey, in your browser'),
  new Option('--me <person>', 'your id in people.yaml, where a login or passkey does not say it'),
];

export async function signerOf(terminal: Terminal, options: Assuring): Promise<Signer> {
  const { env } = terminal;
  if (options.passkey) {
    const { passkeySigner } = await import('./passkey.ts');
    return passkeySigner(terminal, await directoryAt(terminal), options.me);
  }
  if (options.login || (!options.key && !env.CUSTODY_KEY && (await canLogIn(terminal)))) {
    const { loginSigner } = await import('./login.ts');
    return loginSigner(terminal, await directoryAt(terminal), options.me);
  }
  const path = needed(
    terminal,
    'CUSTODY_KEY',
    'the file of your key (custody key new makes one); or, to log in instead, CUSTODY_RUNBOOK, or CUSTODY_ISSUER and CUSTODY_CLIENT',
  );
  return keySigner(terminal, path);
}

/** The directory of CUSTODY_RUNBOOK, if it is set. */
export async function directoryAt(terminal: Terminal): Promise<Directory | null> {
  const folder = terminal.env.CUSTODY_RUNBOOK;
  if (!folder) return null;
  const file = `${folder.replace(/\/$/, '')}/people.yaml`;
  return peopleIn(file, await terminal.read(file));
}

async function canLogIn(terminal: Terminal): Promise<boolean> {
  if (terminal.env.CUSTODY_ISSUER) return true;
  const directory = await directoryAt(terminal);
  const { isRevoked } = await import('../domain/runbook/issuer.schema.ts');
  return (directory?.issuers ?? []).some((issuer) => !isRevoked(issuer, terminal.now().getTime()));
}

async function keySigner(terminal: Terminal, path: string): Promise<Signer> {
  const { readKey } = await import('../authority/keys.ts');
  const key = await readKey(path, await passphraseAt(terminal));
  return {
    async signed(state) {
      const { signedBy } = await import('../authority/sign.ts');
      const statement = sayable(state, key.person);
      return { statement, proof: await signedBy(key, statement) };
    },
  };
}
