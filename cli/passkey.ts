// Signs with a passkey: the challenge is computed here from the statement that was shown, and the browser's answer is the proof.
import type { Directory } from '../domain/runbook/runbook.schema.ts';
import type { Saying } from '../domain/statement/statement.schema.ts';
import { CliFailure } from './failure.ts';
import { askedOnPage, localOrigin } from './passkey-page.ts';
import { sayable } from './sayable.ts';
import type { Signer } from './signer.ts';
import type { Terminal } from './terminal.ts';

export function passkeySigner(
  terminal: Terminal,
  directory: Directory | null,
  me: string | undefined,
): Signer {
  if (directory === null)
    throw new CliFailure('usage', 'Set CUSTODY_RUNBOOK: its people.yaml says where passkeys are used.');
  if (me === undefined) throw new CliFailure('usage', 'Say who you are in people.yaml: --me PERSON.');
  const passkeys = Object.hasOwn(directory.people, me) ? (directory.people[me]?.passkeys ?? []) : [];
  if (directory.passkeys === undefined || passkeys.length === 0)
    throw new CliFailure(
      'usage',
      `${me} has no passkey in people.yaml: custody passkey add ${me} prints the entry.`,
    );
  const { rpId, origins } = directory.passkeys;
  const origin = localOrigin(origins);
  return {
    async signed(state, shown) {
      const [{ statementDigest }, { provenBy }] = await Promise.all([
        import('../authority/proof/oidc.ts'),
        import('../authority/proof.ts'),
      ]);
      const statement = sayable(state, me);
      const answer = await askedOnPage(terminal, origin, {
        does: 'use',
        shown,
        options: {
          challenge: statementDigest(statement),
          rpId,
          allowCredentials: passkeys.map(({ id }) => ({ id, type: 'public-key' })),
          userVerification: 'required',
        },
      });
      const saying: Saying = { statement, proof: await proofIn(answer) };
      const proof = await provenBy(saying, directory, terminal.now().toISOString());
      if (!proof.holds) throw new CliFailure('notSigned', `${proof.reason} Nothing was sent.`);
      return saying;
    },
  };
}

async function proofIn(answer: unknown): Promise<NonNullable<Saying['proof']>> {
  const { proofSchema } = await import('../domain/statement/statement.schema.ts');
  const { id, response } = (answer ?? {}) as { id?: unknown; response?: Record<string, unknown> };
  const { authenticatorData, clientDataJSON, signature } = response ?? {};
  const parsed = proofSchema.safeParse({
    type: 'passkey',
    credentialId: id,
    authenticatorData,
    clientDataJSON,
    signature,
  });
  if (!parsed.success)
    throw new CliFailure('notSigned', 'The browser sent no assertion. Nothing was signed.');
  return parsed.data;
}
