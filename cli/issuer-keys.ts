// Identity providers' keys as this machine fetches them itself, to try a login before it is handed on.
import type { IssuerKeys } from '../authority/proof/issuer-keys.ts';
import type { Terminal } from './terminal.ts';

export async function issuerKeysAt(terminal: Terminal): Promise<IssuerKeys> {
  const { fetchedIssuerKeys } = await import('../authority/proof/fetched-keys.ts');
  return fetchedIssuerKeys({ nowMs: () => terminal.now().getTime() });
}
