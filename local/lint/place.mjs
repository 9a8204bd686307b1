// Where a file stands in the house: its folder at the top of the tree, and its path from there.
import path from 'node:path';

/** Each folder in here is a small house of its own, whose files break the rules on purpose. */
const FIXTURES = 'test/lint/fixtures/';

/**
 * @param {string} file an absolute path, or one from the root
 * @param {string} root the checkout
 * @returns {{ file: string, folder: string }} `file` from the root, with forward slashes; `folder` is '' for a file at the root
 */
export function placeOf(file, root) {
  let relative = path.relative(root, path.resolve(root, file)).split(path.sep).join('/');
  if (relative.startsWith(FIXTURES)) relative = relative.slice(FIXTURES.length).replace(/^[^/]+\//, '');
  const folder = relative.includes('/') ? relative.slice(0, relative.indexOf('/')) : '';
  return { file: relative, folder };
}
