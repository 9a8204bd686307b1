// `custody passkey approve`: a second person vouches that a new passkey is its owner's, and the entry for people.yaml is printed.
import type { CommandFile } from './command.ts';
import { CliFailure } from './failure.ts';
import { issuerKeysAt } from './issuer-keys.ts';
import { passphraseAt } from './passphrase.ts';
import { agreed } from './sign.ts';
import { directoryAt } from './signer.ts';
import { needed } from './terminal.ts';

export default {
  json: true,
  examples: [
    [
      'custody passkey approve lena-passkey.json',
      'what Lena’s passkey add printed, once you have asked her; give what is printed to the people who keep people.yaml',
    ],
  ],
  define(command, terminal) {
    command
      .argument('<file>', 'what `custody passkey add` printed')
      .option('-y, --yes', 'sign without being asked')
      .action(async (file: string, options: { yes?: boolean; json?: boolean }) => {
        const directory = await directoryAt(terminal);
        if (directory === null)
          throw new CliFailure(
            'usage',
            'Set CUSTODY_RUNBOOK to the folder with the people.yaml that is to list it.',
          );
        const path = needed(terminal, 'CUSTODY_KEY', 'the file of your key (custody key new makes one)');
        const { passkey, said } = await madeIn(file, await terminal.read(file));
        const [{ provenEnrolment, vouching, whyNotEnrolled }, { readStatement }, { readKey }, { signedBy }] =
          await Promise.all([
            import('../authority/enrolment.ts'),
            import('../authority/statement.ts'),
            import('../authority/keys.ts'),
            import('../authority/sign.ts'),
          ]);
        const read = readStatement(said.statement);
        const person = read.readable ? read.statement.person : '';
        const issuerKeys = await issuerKeysAt(terminal);
        const proof = await provenEnrolment(person, passkey, said, { directory, issuerKeys });
        if (typeof proof === 'string')
          throw new CliFailure('notSigned', `${file} cannot be approved: ${proof}. Nothing was signed.`);
        const by = said.proof?.type === 'oidc' ? 'a login' : `the key ${proof.kid}`;
        terminal.lines(
          [
            'You vouch',
            `  that the passkey ${passkey.id}, made at ${passkey.addedAt} for ${directory.passkeys?.rpId ?? ''},`,
            `  is ${directory.people[person]?.name ?? ''}'s (${person}), who said so by ${by}: ask them, by another way than the one this file came`,
          ],
          'err',
        );
        await agreed(terminal, options);
        const key = await readKey(path, await passphraseAt(terminal));
        const statement = vouching(key.person, said, proof.issuerKey, terminal.now().toISOString());
        const vouched = { statement, proof: await signedBy(key, statement) };
        const entry = { ...passkey, enrolment: { said, vouched } };
        const why = await whyNotEnrolled(person, entry, directory);
        if (why !== null) throw new CliFailure('notSigned', `It would not be taken: ${why}.`);
        if (options.json) {
          terminal.data(JSON.stringify({ person, entry }));
          return;
        }
        terminal.err(
          `For ${person} in people.yaml. It counts once that folder is signed anew, by those who may.`,
        );
        const { stringify } = await import('yaml');
        terminal.out(stringify({ [person]: { passkeys: [entry] } }, { lineWidth: 0 }).trimEnd());
      });
  },
} satisfies CommandFile;

async function madeIn(file: string, text: string) {
  const [{ z }, { passkeySchema }, { sayingSchema }] = await Promise.all([
    import('zod'),
    import('../domain/runbook/passkey.schema.ts'),
    import('../domain/statement/statement.schema.ts'),
  ]);
  const schema = z.strictObject({
    passkey: passkeySchema.omit({ enrolment: true, revokedAt: true }),
    said: sayingSchema,
  });
  const read = schema.safeParse(jsonOrNull(text));
  if (!read.success)
    throw new CliFailure('input', `${file} is not what custody passkey add prints: have it made again.`);
  return read.data;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
