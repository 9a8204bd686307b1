// Temporal's TypeScript SDK fetches the servers that it was tested with; this is its version, which names them in the cache.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkout } from '../checkout.mjs';

/** Read from package.json, as the packages may not be installed yet. */
export const SDK_VERSION = String(
  JSON.parse(readFileSync(path.join(checkout, 'package.json'), 'utf8')).devDependencies[
    '@temporalio/testing'
  ],
);
