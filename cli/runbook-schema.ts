// `custody runbook schema`: the JSON Schema of a policy file, with which an editor completes and checks it while it is written.
import { type CommandFile, oneOf } from './command.ts';
import { CliFailure } from './failure.ts';

interface Options {
  out?: string;
}

const FILES = ['runbook', 'people', 'policy'] as const;

export default {
  // What it prints is JSON in any case.
  json: true,
  examples: [
    [
      'custody runbook schema runbook > runbook.schema.json',
      'then, as first line of runbook.yaml: # yaml-language-server: $schema=runbook.schema.json',
    ],
    ['custody runbook schema --out docs/schema', 'all of them, each as a file in that folder'],
  ],
  define(command, terminal) {
    command
      .argument('[file]', 'runbook, people or policy', oneOf(...FILES))
      .option(
        '--out <folder>',
        'write FILE.schema.json there instead of printing it; all of them if no file is named',
      )
      .action(async (file: (typeof FILES)[number] | undefined, options: Options) => {
        const { jsonSchemaText, POLICY_FILES } = await import('../authority/json-schema.ts');
        if (options.out === undefined) {
          if (file === undefined)
            throw new CliFailure(
              'usage',
              `Say which file's schema: ${FILES.join(', ')}; or --out FOLDER for all.`,
            );
          terminal.data(jsonSchemaText(file).trimEnd());
          return;
        }
        const { mkdir, writeFile } = await import('node:fs/promises');
        const path = await import('node:path');
        await mkdir(options.out, { recursive: true });
        for (const name of file === undefined ? POLICY_FILES : [file]) {
          const to = path.join(options.out, `${name}.schema.json`);
          await writeFile(to, jsonSchemaText(name));
          terminal.err(`Wrote ${to}`);
        }
      });
  },
} satisfies CommandFile;
