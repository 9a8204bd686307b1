// Looks for secrets in whatever was left behind, in the forms in which they could have got there: as they are, escaped, percent-encoded as in
// an address or a form, in hexadecimal, and inside something that was encoded in base64 or base64url (a statement is). The one way of searching.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

export interface Place {
  name: string;
  bytes: Buffer;
}

/** Each: where, and the beginning of the secret, which is enough to know whose it is and too little to use. */
export function found(secrets: readonly string[], places: readonly Place[]): string[] {
  const sought = secrets.map((secret) => ({ secret, forms: formsOf(secret) }));
  return places.flatMap(({ name, bytes }) =>
    sought
      .filter(({ forms }) => forms.some((form) => bytes.includes(form)))
      .map(({ secret }) => `${name}: ${secret.slice(0, 4)}…`),
  );
}

function formsOf(secret: string): string[] {
  // Nothing is in everything.
  if (secret === '') throw new Error('an empty text is no secret');
  const escaped = JSON.stringify(secret).slice(1, -1);
  const hex = Buffer.from(secret).toString('hex');
  const percent = [encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)];
  const forms = [
    secret,
    escaped,
    // JSON within JSON.
    JSON.stringify(escaped).slice(1, -1),
    secret.replaceAll('/', '\\/'),
    ...percent,
    ...percent.map((form) => form.replaceAll(/%../g, (one) => one.toLowerCase())),
    hex,
    hex.toUpperCase(),
    ...inBase64(secret),
  ];
  return [...new Set(forms)];
}

/** At each of the three places that a text can have in a group; what also depends on its neighbours is left out. */
function inBase64(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.from('\0'.repeat(offset) + secret)
      .toString('base64')
      .replace(/=+$/, '');
    const own = whole.slice(offset === 0 ? 0 : offset + 1, -1);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Every file under a folder. */
export async function filesIn(folder: string): Promise<Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (name) => ({ name, bytes: await readFile(name) })));
}

/** The history of every run, as Temporal keeps it. */
export async function historiesOf({ workflow }: Client): Promise<Place[]> {
  const places: Place[] = [];
  for await (const { workflowId, runId } of workflow.list()) {
    const history = await workflow.getHandle(workflowId, runId).fetchHistory();
    const bytes = Buffer.from(proto.temporal.api.history.v1.History.encode(history).finish());
    places.push({ name: `history of ${workflowId}`, bytes });
  }
  return places;
}
