// Every passkey of a people.yaml is one that two people have vouched for: whoever loads a policy folder, an executor too, takes none else.
import { type Directory, directorySchema } from '../domain/runbook/runbook.schema.ts';
import { whyNotEnrolled } from './enrolment.ts';
import { PolicyError } from './policy-error.ts';
import { type Problem, readPolicyFile } from './policy-file.ts';

/** `text`: of the people.yaml that the directory was read from. Throws `PolicyError` with every passkey that is not one. */
export async function refuseUnenrolled(directory: Directory, text: string, folder: string): Promise<void> {
  const problems: Problem[] = [];
  for (const [person, { passkeys = [] }] of Object.entries(directory.people)) {
    for (const [i, passkey] of passkeys.entries()) {
      const why = await whyNotEnrolled(person, passkey, directory);
      if (why === null) continue;
      const says = `this passkey is not enrolled: ${why}. Make it with custody passkey add, and have another approve it with custody passkey approve`;
      const { problemAt } = readPolicyFile('people.yaml', text, directorySchema);
      problems.push(problemAt(['people', person, 'passkeys', i], says));
    }
  }
  if (problems.length > 0) throw new PolicyError(folder, problems);
}
