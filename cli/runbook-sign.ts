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
  const before = await standing(await signaturesIn(folder));
  const serial = options.serial ?? serialFor(before, hash);
  // Signatures on another state are of no use beside this one; it is the serial that keeps them from coming back.
  const kept = before.filter((one) => one.hash === hash && one.serial === serial);
  if (kept.some(({ person }) => person === key.person)) {
    throw new CliFailure(
      'notSigned',
      `${key.person} has signed this state of ${folder} already: another person must.`,
    );
  }
  const pinned = await signersOf(terminal, options);
  terminal.lines(
    [
      `You sign the folder ${folder}`,
      `  hash    ${hash}`,
      `  serial  ${serial}`,
      `  as      ${key.person} (${key.kid})`,
      `  signed  ${kept.length === 0 ? 'by nobody yet' : `by ${kept.map(({ person }) => person).join(', ')}`}`,
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
  const by = [...kept.map(({ person }) => person), key.person];
  if (options.json) terminal.data(JSON.stringify({ folder, hash, serial, by, missing }));
  else terminal.out(`${folder} is signed by ${by.join(', ')}, serial ${serial}. ${missing ?? ''}`.trim());
}

interface Standing {
  saying: Saying;
  person: string;
  hash: string;
  serial: number;
}

/** As they claim: whether they hold is for those who pin the signers. */
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

/** The one that others have signed this state with; else one above the highest. */
function serialFor(before: readonly Standing[], hash: string): number {
  const same = before.filter((one) => one.hash === hash).map(({ serial }) => serial);
  if (same.length > 0) return Math.max(...same);
  return Math.max(0, ...before.map(({ serial }) => serial)) + 1;
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
