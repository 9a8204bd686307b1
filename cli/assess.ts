// `custody assess`: the SOC's word. With a verdict it is the risk decision: on an incident it names one plan, and is the SOC's vote for
// it. Without one it corrects what is known, at any time. What lowers waits for a second person.
import { InvalidArgumentError } from 'commander';
import { factSchema } from '../domain/detection/detection.schema.ts';
import { STRATEGIES } from '../domain/plan/plan.schema.ts';
import { type Body, PRIORITIES } from '../domain/statement/statement.schema.ts';
import { collected, type CommandFile, oneOf } from './command.ts';
import { CliFailure } from './failure.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

type Assessment = Body<'assess'>;
type Facts = NonNullable<Assessment['facts']>;
type Options = SigningOptions & Omit<Assessment, 'facts'> & { fact?: Facts };

const FACTS = factSchema.shape.fact.options;

/** `ciCd=true`, once or several times. */
function facts(value: string, before: Facts = {}): Facts {
  const [name, says, ...more] = value.split('=');
  const fact = FACTS.find((known) => known === name);
  if (fact === undefined || more.length > 0 || (says !== 'true' && says !== 'false')) {
    throw new InvalidArgumentError(`It is NAME=true or NAME=false, and NAME is one of ${FACTS.join(', ')}.`);
  }
  if (before[fact] !== undefined && before[fact] !== (says === 'true')) {
    throw new InvalidArgumentError(`${fact} is said to be both: say it once.`);
  }
  return { ...before, [fact]: says === 'true' };
}

const LOWERING = `
What raises counts at once, and rules and clocks follow. What lowers (a lower level, a fact taken back, --mode observe, the
verdict falsePositive) waits until a second person agrees: custody approve INCIDENT.`;

export default {
  json: true,
  examples: [
    [
      'custody assess k3j2h4g5f6 --verdict incident --impact confirmed --strategy replace-then-cut --plan 3fa2c1d2 --reason "key used from a strange network"',
      'it is real: choose the plan that you saw',
    ],
    [
      'custody assess k3j --verdict incident --impact suspected --strategy cut --fact ciCd=true --fact privileged=true --reason "it is the release pipeline"',
      'what you know of it as well: rules and clocks follow',
    ],
    [
      'custody assess k3j --verdict falsePositive --impact none --reason "our own test"',
      'it is a false alarm',
    ],
    [
      'custody assess k3j --impact confirmed --touched "bucket invoices" --touched "role admin" --priority p1 --reason "seen in CloudTrail"',
      'no verdict, at any time: what was touched, and in which order people take it up',
    ],
    ['custody assess k3j --owner platform --reason "they run it"', 'whose service it is'],
    [
      'custody assess k3j --level low --mode observe --reason "the sandbox account"',
      'asks that it counts for less and that nothing is cut: a second person must agree',
    ],
  ],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .option(
        '--verdict <verdict>',
        'incident, falsePositive, drill or duplicate; left out: it only corrects what is known',
        oneOf('incident', 'falsePositive', 'drill', 'duplicate'),
      )
      .option('--impact <impact>', 'confirmed, suspected or none', oneOf('confirmed', 'suspected', 'none'))
      .option('--touched <text>', 'what was touched, as often as needed; never a secret', collected)
      .option(
        '--strategy <strategy>',
        `${STRATEGIES.join(', ')}: needed with the verdict incident`,
        oneOf(...STRATEGIES),
      )
      .option(
        '--level <level>',
        'critical, high, medium or low; a lower one than now needs a second person',
        oneOf('critical', 'high', 'medium', 'low'),
      )
      .option(
        '--priority <priority>',
        `${PRIORITIES.join(', ')}: in which order people take it up; no clock depends on it`,
        oneOf(...PRIORITIES),
      )
      .option(
        '--fact <name=true>',
        `what you know of the identity, as often as needed: ${FACTS.join(', ')}`,
        facts,
      )
      .option(
        '--mode <mode>',
        'observe: from here on nothing is cut; needs a second person',
        oneOf('observe'),
      )
      .option('--owner <party>', 'the party of the runbook that owns the identity')
      .requiredOption('--reason <text>', 'why')
      .addHelpText('after', LOWERING)
      .action((incident: string, options: Options) => {
        const body = bodyOf(options);
        return signAndSay(terminal, incident, options, (view, { assessing }) => assessing(view, body));
      });
  },
} satisfies CommandFile;

function bodyOf(options: Options): Assessment {
  const { verdict, impact, touched, strategy, level, priority, fact, mode, owner, reason } = options;
  const body: Assessment = {
    ...(verdict === undefined ? {} : { verdict }),
    ...(impact === undefined ? {} : { impact }),
    ...(touched === undefined ? {} : { touched }),
    ...(level === undefined ? {} : { level }),
    ...(priority === undefined ? {} : { priority }),
    ...(mode === undefined ? {} : { mode }),
    ...(owner === undefined ? {} : { owner }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(fact === undefined ? {} : { facts: fact }),
    reason,
  };
  if (Object.keys(body).length === 1)
    throw new CliFailure(
      'usage',
      'Say what you know: a verdict, the impact, a fact … (--help has all of it).',
    );
  if (verdict !== undefined && impact === undefined)
    throw new CliFailure('usage', 'A verdict says the impact too: --impact confirmed, suspected or none.');
  if (strategy !== undefined && verdict !== 'incident')
    throw new CliFailure('usage', '--strategy chooses a plan: say --verdict incident with it.');
  return body;
}
