// The set-up behind "npm test", "npm run demo" and "npm start". Plain JavaScript and Node's own modules only: it works before "npm ci".
import { demoHelp, show, startHelp } from './demo.mjs';
import { isStopping, stopAll, stopOnSignals } from './processes.mjs';
import { Progress } from './progress.mjs';
import { help as testHelp, test } from './tests.mjs';
import { checkNode, checkSystem } from './tools.mjs';
import { Trouble } from './trouble.mjs';

const commands = {
  test: { help: testHelp, run: test },
  demo: {
    help: demoHelp,
    run: (/** @type {string[]} */ words, /** @type {Progress} */ progress) => show('main', words, progress),
  },
  start: {
    help: startHelp,
    run: (/** @type {string[]} */ words, /** @type {Progress} */ progress) => show('stack', words, progress),
  },
};

const [name = '', ...words] = process.argv.slice(2);
const command = Object.hasOwn(commands, name)
  ? commands[/** @type {keyof typeof commands} */ (name)]
  : undefined;
const progress = new Progress();

if (command === undefined) {
  console.error(`Usage: node local/run.mjs ${Object.keys(commands).join('|')} [--help]`);
  process.exit(2);
}
if (words.includes('--help') || words.includes('-h')) {
  console.log(command.help);
  process.exit(0);
}
stopOnSignals(() => {
  progress.stop();
  console.error('\nStopping what was started…');
});
try {
  checkNode();
  checkSystem();
  process.exitCode = await command.run(words, progress);
} catch (error) {
  progress.stop();
  if (!isStopping()) {
    console.error(error instanceof Trouble ? error.message : error);
    process.exitCode = 1;
  }
}
// While a signal's own stop is under way, that one ends the process.
if (!isStopping()) {
  await stopAll();
  process.exit();
}
