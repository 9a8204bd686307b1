// Where this checkout stands. The same code also runs from dist/local, so the place is looked for, not counted.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** @param {string} folder @returns {string} */
function upTo(folder) {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const above = path.dirname(folder);
  if (above === folder) throw new Error('No package.json above this file: is the checkout complete?');
  return upTo(above);
}

export const checkout = upTo(path.dirname(fileURLToPath(import.meta.url)));
