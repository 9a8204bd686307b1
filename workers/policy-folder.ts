// A process's policy folder as it is now: signed by those whom CUSTODY_SIGNERS pins, or, where that says `none`, as it is found.
import path from 'node:path';
import type { Logger } from 'pino';
import { SIGNATURES_FILE } from '../authority/signed-folder/signatures.ts';
import { loadSigned } from '../authority/signed-folder/load.ts';
import { ConfigurationError, type Environment } from './configuration.ts';
import { newest, type ToWatch } from './newest.ts';
import { now } from './process.ts';

/** Said instead of a file: this process takes an unsigned folder. */
export const UNSIGNED = 'none';

/** For a process that may do without: unsigned where nothing pins it. */
export function pinnedFrom(environment: Environment): { signers: string; state: string } {
  const signers = (environment.CUSTODY_SIGNERS ?? '').trim();
  if (signers === '' || signers === UNSIGNED) return { signers: UNSIGNED, state: '' };
  const state = (environment.CUSTODY_STATE ?? '').trim();
  if (state === '') {
    throw new ConfigurationError(
      'With CUSTODY_SIGNERS it needs to know CUSTODY_STATE too: a folder of its own, for the serial that it accepted last.',
    );
  }
  return { signers: path.resolve(signers), state: path.resolve(state) };
}

export interface PolicyFolderOf<F> {
  folder: string;
  /** The files that are read, and so signed. */
  names: readonly string[];
  load: (folder: string) => Promise<F>;
  /** signers.yaml, or `none`. */
  signers: string;
  state: string;
  log: Logger;
  stands?: ToWatch<F>['stands'];
}

export function policyFolder<F extends { hash: string }>({
  folder,
  names,
  load,
  signers,
  state,
  log,
  stands,
}: PolicyFolderOf<F>): () => Promise<F> {
  const within = (...files: readonly string[]) => files.map((file) => path.join(folder, file));
  const limit = stands === undefined ? {} : { stands };
  if (signers === UNSIGNED) {
    log.warn({ folder }, 'CUSTODY_SIGNERS=none: whoever writes this folder needs nobody to sign it.');
    return newest({ files: within(...names), load: () => load(folder), log, ...limit });
  }
  return newest({
    files: [...within(...names, SIGNATURES_FILE), signers],
    load: () => loadSigned(folder, load, { signers, state, now }),
    log,
    ...limit,
  });
}
