// `custody assess`: the SOC's risk decision. On an incident it names one plan, and is the SOC's vote for it.
import type { Body } from '../domain/statement/statement.schema.ts';
import { type CommandFile, oneOf } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

type Assessment = Body<'assess'>;

export default {
  json: true,
  examples: [
    [
      'custody assess k3j2h4g5f6 --verdict incident --impact confirmed --strategy replace-then-cut --plan 3fa2c1d2 --reason "key used from a strange network"',
      'it is real: choose the plan that you saw',
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
      .requiredOption('--reason <text>', 'why')
      .action((incident: string, options: SigningOptions & Assessment) => {
        const { verdict, impact, strategy, level, reason } = options;
        const body: Assessment = {
          verdict,
          impact,
          ...(level === undefined ? {} : { level }),
          ...(strategy === undefined ? {} : { strategy }),
          reason,
        };
        return signAndSay(terminal, incident, options, (view, { assessing }) => assessing(view, body));
      });
  },
} satisfies CommandFile;
