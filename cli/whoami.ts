// `custody whoami`: whose key CUSTODY_KEY is, and what a directory says of its owner. Needs no passphrase and no server.
import type { Directory, DirectoryKey } from '../domain/runbook/runbook.schema.ts';
import type { CommandFile } from './command.ts';
import { peopleIn } from './people-file.ts';
import { needed, type Terminal } from './terminal.ts';

interface Options {
  people?: string;
  json?: boolean;
}

interface Whoami {
  person: string;
  kid: string;
  alg: string;
  encrypted: boolean;
  /** null: no directory was given. */
  directory: null | {
    /** The directory lists this very key as theirs. */
    listed: boolean;
    parties: string[];
    validFrom: string | null;
    validUntil: string | null;
    revokedAt: string | null;
    usable: boolean;
    /** With what else they can prove who they are; revoked ones too. */
    logins: { issuer: string; subject: string; revokedAt: string | null }[];
    passkeys: { id: string; addedAt: string; revokedAt: string | null }[];
  };
}

export default {
  json: true,
  examples: [
    ['custody whoami', 'the key of CUSTODY_KEY, by the people.yaml of CUSTODY_RUNBOOK'],
    ['custody whoami --people people.yaml', 'by this directory; exit code 3 where it does not take the key'],
  ],
  define(command, terminal, done) {
    command
      .option('--people <file>', 'people.yaml; otherwise that of CUSTODY_RUNBOOK')
      .action(async (options: Options) => {
        const path = needed(terminal, 'CUSTODY_KEY', 'the file of your key (custody key new makes one)');
        const { readEntry } = await import('../authority/keys.ts');
        const { person, entry, encrypted } = await readEntry(path);
        const directory = await directoryOf(terminal, options.people);
        const who: Whoami = {
          person,
          kid: entry.kid,
          alg: entry.alg,
          encrypted,
          directory: directory === null ? null : await knownIn(directory, person, entry, terminal.now()),
        };
        if (who.directory?.usable === false) done('input');
        if (options.json) terminal.data(JSON.stringify(who));
        else terminal.lines(linesOf(who));
      });
  },
} satisfies CommandFile;

async function directoryOf(terminal: Terminal, people: string | undefined): Promise<Directory | null> {
  const folder = (terminal.env.CUSTODY_RUNBOOK ?? '').trim();
  if (people === undefined && folder === '') return null;
  const file = people ?? `${folder}/people.yaml`;
  return peopleIn(file, await terminal.read(file));
}

async function knownIn(
  directory: Directory,
  person: string,
  own: DirectoryKey,
  now: Date,
): Promise<NonNullable<Whoami['directory']>> {
  const [{ memberOf }, { publicJwkOf }] = await Promise.all([
    import('../authority/speaker.ts'),
    import('../domain/runbook/public-key.ts'),
  ]);
  const member = memberOf(directory, person);
  const material = (key: DirectoryKey) => JSON.stringify(publicJwkOf(key.alg, key.jwk));
  // The id alone would say that a key is listed which is another one.
  const key = member?.keys.find(
    ({ kid, ...one }) => kid === own.kid && material({ kid, ...one }) === material(own),
  );
  const { notBefore, notAfter, revokedAt } = key ?? {};
  const at = now.getTime();
  return {
    listed: key !== undefined,
    parties: member?.speaker.parties ?? [],
    validFrom: notBefore ?? null,
    validUntil: notAfter ?? null,
    revokedAt: revokedAt ?? null,
    logins: (member?.logins ?? []).map((login) => ({
      issuer: login.issuer,
      subject: login.subject,
      revokedAt: login.revokedAt ?? issuersRevoked(directory, login.issuer),
    })),
    passkeys: (member?.passkeys ?? []).map((passkey) => ({
      id: passkey.id,
      addedAt: passkey.addedAt,
      revokedAt: passkey.revokedAt ?? null,
    })),
    usable:
      key !== undefined &&
      (notBefore === undefined || Date.parse(notBefore) <= at) &&
      (notAfter === undefined || at <= Date.parse(notAfter)) &&
      (revokedAt === undefined || at < Date.parse(revokedAt)),
  };
}

/** With its provider a login is revoked too. */
const issuersRevoked = ({ issuers = [] }: Directory, issuer: string): string | null =>
  issuers.find((one) => one.issuer === issuer)?.revokedAt ?? null;

const unless = (revokedAt: string | null): string => (revokedAt === null ? '' : `, REVOKED at ${revokedAt}`);

function linesOf({ person, kid, alg, encrypted, directory }: Whoami): string[] {
  const key = `  key      ${kid} (${alg}), ${encrypted ? 'encrypted by a passphrase' : 'not encrypted'}`;
  if (directory === null)
    return [person, key, '  parties  not known: say --people people.yaml, or set CUSTODY_RUNBOOK'];
  const others = [
    ...directory.logins.map(
      ({ issuer, subject, revokedAt }) => `  login    ${subject} at ${issuer}${unless(revokedAt)}`,
    ),
    ...directory.passkeys.map(
      ({ id, addedAt, revokedAt }) => `  passkey  ${id.slice(0, 12)}…, added ${addedAt}${unless(revokedAt)}`,
    ),
  ];
  const { listed, parties, validFrom, validUntil, revokedAt, usable } = directory;
  const lasts = [
    ...(validFrom === null ? [] : [`from ${validFrom}`]),
    ...(validUntil === null ? ['without end'] : [`until ${validUntil}`]),
    ...(revokedAt === null ? [] : [`REVOKED at ${revokedAt}`]),
  ];
  return [
    person,
    key,
    `  parties  ${parties.length === 0 ? 'none: the directory does not know them' : parties.join(', ')}`,
    listed
      ? `  valid    ${lasts.join(', ')}${usable ? '' : ': what it signs now is refused'}`
      : '  valid    no: the directory does not list this key, so what it signs is refused (custody key show)',
    ...others,
  ];
}
