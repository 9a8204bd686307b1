// A people.yaml that the reader brings along, to say whose keys are to be believed. Every problem of it is said at once.
import type { Directory } from '../domain/runbook/runbook.schema.ts';
import { CliFailure } from './failure.ts';

/** `text` is what stands in `file`. */
export async function peopleIn(file: string, text: string): Promise<Directory> {
  const [{ readPolicyFile }, { directorySchema }, { peopleProblems }] = await Promise.all([
    import('../authority/policy-file.ts'),
    import('../domain/runbook/runbook.schema.ts'),
    import('../authority/folder.ts'),
  ]);
  const people = readPolicyFile(file, text, directorySchema);
  const problems = [...people.problems, ...peopleProblems(people)];
  if (problems.length > 0 || people.value === null) {
    const lines = problems.map(({ line, column, says }) => `${file}:${line}:${column}: ${says}`);
    throw new CliFailure('input', `${file} cannot be used:\n${lines.join('\n')}`);
  }
  return people.value;
}
