// Protected identities: where more people must approve, there are so many.
import type { Runbook } from '../../domain/runbook/runbook.schema.ts';
import { everybodyMeets } from './classes.ts';
import { unless, type RunbookCheck } from './check.ts';

type Class = Runbook['classes'][number];

const protectedCanBeApproved: RunbookCheck = {
  name: 'protectedCanBeApproved',
  file: 'runbook.yaml',
  check: ({ protected: kept, classes }, directory) =>
    kept.flatMap(({ quorum }, i) => {
      if (quorum === undefined) return [];
      const meets = ({ gates: { act } }: Class, least: number): boolean =>
        everybodyMeets({ ...act, quorum: Math.max(act.quorum, least) }, directory);
      // A gate that cannot be met anyway is told of where it stands.
      const short = classes.find((one) => meets(one, 0) && !meets(one, quorum));
      return unless(
        short === undefined,
        ['protected', i, 'quorum'],
        `in the class ${short?.name ?? ''} the gate act asks ${short?.gates.act.parties.join(' and ') ?? ''}, who have fewer than ${quorum} people: name more in people.yaml, or leave \`quorum\` out to have it never cut`,
      );
    }),
};

export const protectionChecks: readonly RunbookCheck[] = [protectedCanBeApproved];
