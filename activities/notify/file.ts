// A channel that appends each notice as one line of JSON to a file, for a log shipper, a test, or the demo.
import { appendFile } from 'node:fs/promises';
import type { Channel } from './notify.ts';

export const fileChannel = (name: string, path: string): Channel => ({
  name,
  deliver: (notice) => appendFile(path, `${JSON.stringify(notice)}\n`),
});
