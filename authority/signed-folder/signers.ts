// Reads signers.yaml. A file by which no folder could ever be signed is refused, with every problem and its line.
import path from 'node:path';
import { type Directory, directorySchema } from '../../domain/runbook/runbook.schema.ts';
import { directoryChecks, type Finding } from '../directory-checks.ts';
import { PolicyError, textsOf } from '../policy-error.ts';
import { readPolicyFile } from '../policy-file.ts';
import { type Signers, signersSchema } from './signers.schema.ts';

/** Throws `PolicyError` with every problem. */
export async function loadSigners(file: string): Promise<Signers> {
  const [folder, name] = [path.dirname(file), path.basename(file)];
  return readSigners((await textsOf(folder, [name]))[name] ?? '', name, folder);
}

/** The same from its text; `folder` names where it stands in errors. */
export function readSigners(text: string, name = 'signers.yaml', folder = '.'): Signers {
  const file = readPolicyFile(name, text, signersSchema);
  if (file.value === null) throw new PolicyError(folder, file.problems);
  const signers = file.value;
  const problems = signersChecks
    .flatMap((check) => check(signers))
    .map(({ path: at, says }) => file.problemAt(at, says));
  if (problems.length > 0) throw new PolicyError(folder, problems);
  return signers;
}

/** The signers as a directory, for proofs to be judged by. */
export const asDirectory = ({ people }: Signers): Directory =>
  directorySchema.parse({
    people: Object.fromEntries(
      Object.entries(people).map(([id, { name, keys }]) => [id, { name, keys, parties: ['signers'] }]),
    ),
    machines: {},
  });

const signersChecks: readonly ((signers: Signers) => Finding[])[] = [
  everySignerHasAKey,
  quorumCanBeMet,
  (signers) => directoryChecks.flatMap((check) => check(asDirectory(signers))),
];

function everySignerHasAKey({ people }: Signers): Finding[] {
  return Object.entries(people)
    .filter(([, { keys }]) => keys.length === 0)
    .map(([id]) => ({
      path: ['people', id],
      says: `${id} has no key, and folders are signed by keys: custody key new`,
    }));
}

function quorumCanBeMet({ quorum, people }: Signers): Finding[] {
  const count = Object.keys(people).length;
  if (count >= quorum) return [];
  return [
    { path: ['people'], says: `${quorum} must sign and ${count} may: no folder could be signed, name more` },
  ];
}
