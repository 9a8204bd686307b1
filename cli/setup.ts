// `custody setup`: creates on Temporal what incidents need, the search attributes. May be repeated; deletes and changes nothing.
import type { CommandFile } from './command.ts';

export default {
  json: true,
  examples: [
    ['custody setup', 'create the search attributes in the namespace of TEMPORAL_NAMESPACE'],
    ['custody setup --namespace production', 'in another namespace'],
  ],
  define(command, terminal) {
    command
      .option('--namespace <name>', 'otherwise the one that is configured for Temporal')
      .action(async (options: { namespace?: string; json?: boolean }) => {
        const { connect, createSearchAttributes } = await import('../client/index.ts');
        const { connection, namespace } = await connect(
          options.namespace === undefined ? {} : { namespace: options.namespace },
        );
        try {
          const report = await createSearchAttributes(connection, namespace);
          if (options.json) terminal.data(JSON.stringify({ namespace, ...report }));
          else if (report.created.length === 0)
            terminal.out(`The namespace "${namespace}" has all that incidents need.`);
          else terminal.out(`Created in the namespace "${namespace}": ${report.created.join(', ')}.`);
        } finally {
          await connection.close();
        }
      });
  },
} satisfies CommandFile;
