// `custody runbook sign`: puts a person's name to one state of a policy folder. The folder is read and checked here, and its hash is
// computed from what was read; a folder with problems is not signed.
import type { Signers } from '../authority/signed-folder/signers.schema.ts';
import type { Saying } from '../domain/statement/statement.schema.ts';
import { type CommandFile, whole } from './command.ts';
import { CliFailure } from './failure.ts';
import { passphraseAt } from './passphrase.ts';
import { needed, type Terminal } from './terminal.ts';

interface Options {
  executor?: boolean;
  serial?: number;
  signers?: string;
  yes?: boolean;
  json?: boolean;
}

/** So long another may take to sign the same state; who has accepted it goes on by it for as long as it is the newest. */
const VALID_MS = 7 * 24 * 3_600_000;

/** So far above the last that is known to hold a serial may lie without being said. */
const MOST_AHEAD = 1_000;

export default {
  json: true,
  examples: [
    ['custody runbook sign runbooks/default', 'as the first: with a serial above the last'],
    [
      'custody runbook sign executor-policy --executor --signers signers.yaml',
      "an executor's own folder; says who must sign besides",
    ],
  ],
  define(command, terminal) {
    command
      .argument('[folder]', 'otherwise CUSTODY_RUNBOOK, or CUSTODY_POLICY with --executor')
      .option('--executor', "the folder is an executor's own")
      .option('--signers <file>', 'signers.yaml; otherwise CUSTODY_SIGNERS')
      .option(
        '--serial <number>',
        'where signatures.json was lost: higher than the last that was accepted',
        whole,
      )
      .option('-y, --yes', 'sign without being asked')
      .action(async (typed: string | undefined, options: Options) => {
        const folder =
          typed ??
          (options.executor
            ? needed(terminal, 'CUSTODY_POLICY', "the executor's folder; or name a folder")
            : needed(terminal, 'CUSTODY_RUNBOOK', 'the runbook folder; or name a folder'));
        await signFolder(terminal, folder, options);
      });
  },
} satisfies CommandFile;

async function signFolder(terminal: Terminal, folder: string, options: Options): Promise<void> {
  const path = needed(terminal, 'CUSTODY_KEY', 'the file of your key (custody key new makes one)');
  const { readKey } = await import('../authority/keys.ts');
  const key = await readKey(path, await passphraseAt(terminal));
  const hash = options.executor
    ? (await (await import('../authority/executor-folder.ts')).loadExecutorFolder(folder)).hash
    : (await (await import('../authority/folder.ts')).loadFolder(folder)).hash;
  const { signaturesIn, writeSignatures } = await import('../authority/signed-folder/signatures.ts');
  const pinned = await signersOf(terminal, options);
  const claimed = await standing(await signaturesIn(folder));
  const verified = await holding(claimed, pinned ?? (await ownOf(path)), terminal.now());
  if (pinned !== null && verified.length < claimed.length)
    terminal.err(`Left out: ${claimed.length - verified.length} that signers.yaml does not verify.`);
  const before = pinned === null ? claimed : verified;
  const serial = await serialFor(before, verified, hash, options);
  // Signatures on another state are of no use beside this one; it is the serial that keeps them from coming back.
  const kept = before.filter((one) => one.hash === hash && one.serial === serial);
  if (kept.some(({ person }) => person === key.person)) {
    throw new CliFailure(
      'notSigned',
      `${key.person} has signed this state of ${folder} already: another person must.`,
    );
  }
  // Without signers.yaml only what this key has signed itself is known to hold.
  const by = kept.map((one) => (verified.includes(one) ? one.person : `${one.person} (unverified)`));
  if (pinned === null && claimed.some((one) => !verified.includes(one)))
    terminal.err('The serial and the names are unverified: --signers says who may sign.');
  terminal.lines(
    [
      `You sign the folder ${folder}`,
      `  hash    ${hash}`,
      `  serial  ${serial}`,
      `  as      ${key.person} (${key.kid})`,
      `  signed  ${kept.length === 0 ? 'by nobody yet' : `by ${by.join(', ')}`}`,
    ],
    'err',
  );
  await agreed(terminal, options);
  const { say } = await import('../authority/sign.ts');
  const saying = await say({
    key,
    incident: null,
    firstRun: null,
    message: 'sign',
    answers: null,
    plan: null,
    body: { folder: hash, serial },
    now: terminal.now().toISOString(),
    validForMs: VALID_MS,
  });
  const signatures = [...kept.map((one) => one.saying), saying];
  await writeSignatures(folder, signatures);
  const missing = pinned === null ? undefined : await missingFor(pinned, hash, signatures, terminal.now());
  const all = [...kept.map(({ person }) => person), key.person];
  if (options.json) terminal.data(JSON.stringify({ folder, hash, serial, by: all, missing }));
  else
    terminal.out(
      `${folder} is signed by ${[...by, key.person].join(', ')}, serial ${serial}. ${missing ?? ''}`.trim(),
    );
}

interface Standing {
  saying: Saying;
  person: string;
  hash: string;
  serial: number;
}

/** As they claim: whether they hold is another question. */
async function standing(signatures: readonly Saying[]): Promise<Standing[]> {
  const [{ readStatement }, { signSchema }] = await Promise.all([
    import('../authority/statement.ts'),
    import('../authority/body.schema.ts'),
  ]);
  return signatures.flatMap((saying) => {
    const read = readStatement(saying.statement);
    const body = signSchema.safeParse(read.readable ? read.statement.body : null);
    if (!read.readable || !body.success) return [];
    return [{ saying, person: read.statement.person, hash: body.data.folder, serial: body.data.serial }];
  });
}

/** Those that these signers have truly signed, whatever state of the folder it was. */
async function holding(claimed: readonly Standing[], by: Signers, now: Date): Promise<Standing[]> {
  const { readSignature } = await import('../authority/signed-folder/verify.ts');
  const held: Standing[] = [];
  for (const one of claimed)
    if ((await readSignature(one.saying, one.hash, by, now.toISOString())).ok) held.push(one);
  return held;
}

/** Whoever signs, by the public half of their key. */
async function ownOf(path: string): Promise<Signers> {
  const { person, entry } = await (await import('../authority/keys.ts')).readEntry(path);
  return { version: 1, quorum: 2, people: { [person]: { name: person, keys: [entry] } } };
}

/** The one that was said; else that which others have signed this state with; else one above the highest. */
async function serialFor(
  before: readonly Standing[],
  verified: readonly Standing[],
  hash: string,
  { serial: said }: Options,
): Promise<number> {
  const { MOST_SERIAL } = await import('../authority/body.schema.ts');
  const highest = (of: readonly Standing[]) => Math.max(0, ...of.map(({ serial }) => serial));
  const same = before.filter((one) => one.hash === hash);
  const serial = said ?? (same.length > 0 ? highest(same) : highest(before) + 1);
  if (serial > MOST_SERIAL)
    throw new CliFailure('usage', `The serial ${serial} is above ${MOST_SERIAL}, the highest there is.`);
  // One high number that nobody checked would leave no next one to anybody.
  const last = highest(verified);
  if (said === undefined && serial > last + MOST_AHEAD) {
    throw new CliFailure(
      'notSigned',
      `The serial would be ${serial}, and the last that is known to hold is ${last}: name signers.yaml with --signers, or say --serial ${serial} if that is meant.`,
    );
  }
  return serial;
}

async function agreed(terminal: Terminal, { yes }: Options): Promise<void> {
  if (yes) return;
  if (!terminal.interactive)
    throw new CliFailure('usage', 'Nobody is there to be asked: add --yes to sign without being asked.');
  const answer = await terminal.ask('Sign this? [y/N] ');
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliFailure('notSigned', 'Nothing was signed.');
}

async function signersOf(terminal: Terminal, options: Options): Promise<Signers | null> {
  const file = options.signers ?? terminal.env.CUSTODY_SIGNERS ?? '';
  if (file === '' || file === 'none') return null;
  const { loadSigners } = await import('../authority/signed-folder/signers.ts');
  return loadSigners(file);
}

/** Why it would not be taken yet; null where it would. */
async function missingFor(
  signers: Signers,
  hash: string,
  signatures: Saying[],
  now: Date,
): Promise<string | null> {
  const { verifyFolder } = await import('../authority/signed-folder/verify.ts');
  const verdict = await verifyFolder({ hash, signatures, signers, last: null, at: now.toISOString() });
  return verdict.ok ? null : verdict.reason;
}
