// What is said when a server could not be built.
import { Trouble } from '../trouble.mjs';

/** @param {import('./server.mjs').Server} server @param {string} last the last lines of the tool @returns {never} */
export function failedBuild(server, last) {
  throw new Trouble(
    `${server.name} could not be ${server.build.how}. The last lines were:\n${last}\nOr name a program: ${server.variable}=…`,
  );
}
