// `custody assess`: the SOC's risk decision. On an incident it names one plan, and is the SOC's vote for it.
import { InvalidArgumentError } from 'commander';
import { factSchema } from '../domain/detection/detection.schema.ts';
import type { Body } from '../domain/statement/statement.schema.ts';
import { type CommandFile, oneOf } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

type Assessment = Body<'assess'>;
type Facts = NonNullable<Assessment['facts']>;

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
  ],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .requiredOption(
        '--verdict <verdict>',
        'incident, falsePositive, drill or duplicate',
        oneOf('incident', 'falsePositive', 'drill', 'duplicate'),
      )
      .requiredOption(
        '--impact <impact>',
        'confirmed, suspected or none',
        oneOf('confirmed', 'suspected', 'none'),
      )
      .option(
        '--strategy <strategy>',
        'cut, replace-then-cut or restrict: needed with the verdict incident',
        oneOf('cut', 'replace-then-cut', 'restrict'),
      )
      .option('--level <level>', 'critical, high, medium or low', oneOf('critical', 'high', 'medium', 'low'))
      .option(
        '--fact <name=true>',
        `what you know of the identity, as often as needed: ${FACTS.join(', ')}`,
        facts,
      )
      .requiredOption('--reason <text>', 'why')
      .action((incident: string, options: SigningOptions & Omit<Assessment, 'facts'> & { fact?: Facts }) => {
        const { verdict, impact, strategy, level, fact, reason } = options;
        const body: Assessment = {
          verdict,
          impact,
          ...(level === undefined ? {} : { level }),
          ...(strategy === undefined ? {} : { strategy }),
          ...(fact === undefined ? {} : { facts: fact }),
          reason,
        };
        return signAndSay(terminal, incident, options, (view, { assessing }) => assessing(view, body));
      });
  },
} satisfies CommandFile;
