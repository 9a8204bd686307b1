// `custody authority explain`: whether somebody may say something to an incident, or to one that there would be, and which policy of
// authority.cedar allows or forbids it. It signs nothing and says nothing to anybody.
import type { AuthorityExplanation, ToExplain } from '../authority/explain.ts';
import type { PolicyFolder } from '../authority/folder.ts';
import type { GateName } from '../domain/plan/plan.schema.ts';
import type { HeldPhase } from '../domain/runbook/rules.ts';
import type { Assurance, Bearings } from '../domain/statement/judgement.ts';
import { MESSAGES } from '../domain/statement/message-names.ts';
import { type CommandFile, oneOf } from './command.ts';
import { CliFailure } from './failure.ts';
import { authorityLines } from './screen/authority.ts';
import { needed, type Terminal } from './terminal.ts';

const MACHINES_SAY = ['applied', 'checked', 'discovered'] as const;
const GATES = [
  'risk',
  'act',
  'irreversible',
  'close',
  'pause',
  'lower',
  'waive',
  'review',
  'undo',
] as const satisfies readonly GateName[];
const PHASES = ['triage', 'containment', 'recovery', 'hardening'] as const satisfies readonly HeldPhase[];
const ASSURANCES = ['told', 'signed', 'present'] as const satisfies readonly Assurance[];
const VERDICTS = ['approve', 'reject', 'withdraw'] as const;

interface Options {
  person: string;
  message: ToExplain['message'];
  gate?: GateName;
  verdict: (typeof VERDICTS)[number];
  breakGlass?: boolean;
  step?: string;
  followUp?: string;
  to: string;
  assurance: Assurance;
  identity?: string;
  class?: string;
  phase?: HeldPhase;
  runbook?: string;
  json?: boolean;
}

export default {
  json: true,
  examples: [
    [
      'custody authority explain k3j2h4g5f6 --person ivo --gate act',
      'may Ivo approve the act of this incident, and by which policy',
    ],
    [
      'custody authority explain --person vera --message handOff --identity aws/123456789012/iam-user/deploy-robot --class standard',
      'of an incident that there would be; connects to nothing',
    ],
  ],
  define(command, terminal) {
    command
      .argument('[incident]', 'or an identity, with --identity')
      .requiredOption('--person <id>', 'a person or machine of people.yaml')
      .option('--message <name>', 'what they would say', oneOf(...MESSAGES, ...MACHINES_SAY), 'decide')
      .option('--gate <name>', 'of decide: the gate', oneOf(...GATES))
      .option('--verdict <word>', 'of decide: approve, reject or withdraw', oneOf(...VERDICTS), 'approve')
      .option('--break-glass', 'of decide: approve the act alone')
      .option('--step <id>', 'of attest: a step by hand; otherwise the whole service')
      .option('--follow-up <id>', 'of followUp: end this one; otherwise add one')
      .option('--to <party>', 'of handOff: to whom', 'soc')
      .option(
        '--assurance <word>',
        'told, signed (a key or login) or present (a passkey)',
        oneOf(...ASSURANCES),
        'signed',
      )
      .option('--identity <KEY>', 'provider/account/kind/reference, where there is no incident')
      .option('--class <name>', 'with --identity: its class; otherwise the one that the runbook gives it')
      .option(
        '--phase <name>',
        'with --identity: the phase; otherwise where the gate is asked',
        oneOf(...PHASES),
      )
      .option('--runbook <folder>', 'otherwise CUSTODY_RUNBOOK')
      .action(async (incident: string | undefined, options: Options) => {
        if (options.message === 'decide' && options.gate === undefined)
          throw new CliFailure('usage', `Say which gate: --gate ${GATES.join(', ')}.`);
        const path =
          options.runbook ??
          needed(terminal, 'CUSTODY_RUNBOOK', 'the runbook folder; or say --runbook FOLDER');
        const { loadFolder } = await import('../authority/folder.ts');
        const { explainAuthority } = await import('../authority/explain.ts');
        const folder = await loadFolder(path);
        const bearings = await bearingsOf(terminal, incident, options, folder);
        const { person, message, assurance, gate } = options;
        const asked = { person, message, assurance, body: bodyOf(options), ...(gate && { gate }) };
        const explanation: AuthorityExplanation = explainAuthority(asked, bearings, folder);
        if (options.json) terminal.data(JSON.stringify(explanation));
        else terminal.lines(authorityLines(explanation));
      });
  },
} satisfies CommandFile;

async function bearingsOf(
  terminal: Terminal,
  incident: string | undefined,
  { identity, class: name, phase, gate }: Options,
  folder: PolicyFolder,
): Promise<Bearings> {
  if ((incident === undefined) === (identity === undefined))
    throw new CliFailure('usage', 'Name either an incident, or an identity with --identity KEY.');
  if (identity !== undefined) {
    const { bearingsThatWouldBe } = await import('../authority/explain.ts');
    try {
      return bearingsThatWouldBe(
        { identity, ...(name && { class: name }), ...(phase && { phase }), ...(gate && { gate }) },
        folder,
      );
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof SyntaxError || error instanceof URIError))
        throw error;
      throw new CliFailure('usage', `That cannot be explained: ${error.message}.`, { cause: error });
    }
  }
  if (name !== undefined || phase !== undefined)
    throw new CliFailure('usage', '--class and --phase go with --identity: an incident has its own.');
  const client = await terminal.client();
  const { bearings } = await client.incident(await client.find(incident ?? ''));
  if (bearings === undefined)
    throw new CliFailure(
      'unreachable',
      'The orchestrator is of an older version, which does not say how the incident stands: bring it up to date, or ask with --identity.',
    );
  return bearings;
}

function bodyOf({ message, verdict, breakGlass, step, followUp, to }: Options): Record<string, unknown> {
  switch (message) {
    case 'decide':
      return { verdict, ...(breakGlass === true && { breakGlass }) };
    case 'assess':
      return { verdict: 'incident' };
    case 'handOff':
      return { to };
    case 'attest':
      return { ...(step !== undefined && { step }) };
    case 'followUp':
      return followUp === undefined ? { add: {} } : { id: followUp, as: 'done' };
    default:
      return {};
  }
}
