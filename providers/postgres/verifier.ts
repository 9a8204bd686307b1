// The form in which a server keeps a password (RFC 5803), worked out here: so the password itself stands in no statement, and in no
// log of the server's.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** PostgreSQL's own number (`scram_iterations`). */
const ITERATIONS = 4_096;

/** The password must be ASCII: it is not normalised. */
export function verifierOf(password: string, salt: Buffer = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const keyed = (what: string) => createHmac('sha256', salted).update(what).digest();
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest();
  const inBase64 = (bytes: Buffer) => bytes.toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${inBase64(salt)}$${inBase64(storedKey)}:${inBase64(keyed('Server Key'))}`;
}

/** 256 random bits: nobody finds it out from a verifier. */
export const newPassword = (): string => randomBytes(32).toString('base64url');
