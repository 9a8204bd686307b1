// Temporal's runtime, once for each test file's process: its workers say only what is wrong.
import { DefaultLogger, Runtime } from '@temporalio/worker';

Runtime.install({ logger: new DefaultLogger('WARN') });
