// `custody plan show`: the plans of an incident, what each would mean and how it differs from the one asked about before, the ways in
// that exist, who works with the identity and what stands in the way. Acts on nothing.
import { hashOf } from '../domain/encoding/canonical.ts';
import type { CommandFile } from './command.ts';
import { isAhead, showAhead } from './plan-ahead.ts';
import { accessLines } from './screen/access.ts';
import { activityLines } from './screen/activity.ts';
import { indented } from './screen/columns.ts';
import { pauseLine } from './screen/incident.ts';
import { knownLines } from './screen/known.ts';
import { factLines, shortHash } from './screen/plan.ts';
import { choiceLines } from './screen/shown-plan.ts';
import { stepLines } from './screen/step.ts';
import { undoLines } from './screen/undo.ts';

export default {
  json: true,
  examples: [
    ['custody plan show k3j2h4g5f6', 'every plan that is asked about, with its hash'],
    [
      'custody plan show arn:aws:iam::123456789012:user/deploy-robot',
      'what would be asked, before there is an incident; beside a checker, with its credentials',
    ],
    ['custody plan show k3j --json', 'for a program; each hash is computed from the plan itself'],
  ],
  define(command, terminal, done) {
    const of = 'an incident; or an ARN, or a .json file of alerts (- is stdin), before there is one';
    command.argument('<incident>', of).action(async (incident: string, options: { json?: boolean }) => {
      if (isAhead(incident)) {
        if (!(await showAhead(terminal, incident, options.json === true))) done('input');
        return;
      }
      const client = await terminal.client();
      const { view } = await client.incident(await client.find(incident));
      const undoes = view.undo.flatMap(({ shown }) => shown ?? []);
      const differ = [...view.plans, ...undoes].some(({ hash, plan }) => hashOf(plan) !== hash);
      if (differ) {
        terminal.err(
          'custody: a plan that is shown is not the one that is asked about. Approve nothing; tell the people who run custody.',
        );
        done('notSigned');
      }
      if (options.json) {
        const plans = view.plans.map(({ hash, plan, consequences }) => ({
          named: hash,
          hash: hashOf(plan),
          plan,
          consequences,
        }));
        const { planHash, steps, waysIn, concerns, mode, facts, paused, difference } = view;
        const { consumers, tags, access, activity, missingPermissions, undo } = view;
        terminal.data(
          JSON.stringify({
            incident: view.incident,
            mode,
            paused,
            plans,
            difference,
            approved: planHash,
            steps,
            undo,
            facts,
            waysIn,
            consumers,
            tags,
            access,
            activity,
            missingPermissions,
            concerns,
          }),
        );
        return;
      }
      const now = terminal.now();
      const lines = [
        ...(view.paused === null ? [] : [`Paused: ${pauseLine(view.paused, now)}`]),
        ...view.plans.flatMap((shown) => choiceLines(view, shown, now)),
        ...(view.steps === null
          ? []
          : [
              `Plan ${view.planHash === null ? '' : shortHash(view.planHash)}, approved`,
              ...indented(stepLines(view.steps, now)),
            ]),
        ...undoLines(view),
        ...knownLines(view.facts),
        ...factLines(view),
        ...accessLines(view),
        ...activityLines(view, now),
      ];
      if (view.plans.length === 0 && view.steps === null)
        lines.push('There is no plan yet.', ...view.waitingFor.map((what) => `Waiting for: ${what}`));
      terminal.lines(lines);
    });
  },
} satisfies CommandFile;
