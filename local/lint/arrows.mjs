// The dependency arrows: which folder may import which, and which packages may enter a folder.
// They run one way, so that the rules stay pure, the workflow bundle stays small, and no process can load rights it must not hold.
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { placeOf } from './place.mjs';

/**
 * What one folder may import. An entry is a folder, or one file without its ending. A missing `packages` means any.
 * @typedef {{ folders: string[] | 'any', types?: string[], packages?: string[], typesOfPackages?: string[], except?: string[] }} Room
 */

/** @type {Record<string, Room>} */
const house = {
  // Pure: no Temporal, no cloud, no Node. A rule that needs anything else is not a rule.
  domain: { folders: [], packages: ['canonicalize', '@noble/hashes'] },
  authority: { folders: ['domain'] },
  intake: { folders: ['domain'] },
  // Every cached incident pays for what the bundle loads, and the sandbox has no Node.
  workflows: {
    folders: ['domain'],
    types: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    typesOfPackages: ['@temporalio/proto', '@temporalio/activity'],
  },
  // Activities are built with what they need: authority, providers and stores are handed in by workers/.
  activities: { folders: ['domain'] },
  providers: { folders: ['domain'] },
  client: { folders: ['domain', 'workflows/messages', 'workflows/converter'] },
  workers: { folders: 'any', except: ['cli', 'local', 'test'] },
  cli: { folders: ['client', 'intake', 'authority', 'domain'] },
  local: { folders: 'any', except: ['test'] },
  test: { folders: 'any' },
  // Measures; nothing imports it.
  bench: { folders: 'any', except: ['test'] },
};

/** Single files that may go further than their room. */
const doors = {
  'cli/worker': ['workers'],
  // It looks as a checker does, before there is an incident.
  'cli/plan-ahead': ['workers/look-ahead'],
  'cli/readiness': ['workers/readiness'],
  'cli/record-show': ['activities/settle/directory-store'],
};

/** Packages that only one folder of a room may import. */
const packageDoors = { 'temporal-polyfill': 'domain/calendar' };

/**
 * Zone data differs between versions of Node, so a replay could see other instants: activities call these rules, and incidents and
 * workflows take what they worked out. A schema may contain theirs, because no workflow loads schemas.
 */
const APART = 'domain/calendar';

/** The schema library stands only in schema files, whose types the rules take. */
const SCHEMA_LIBRARY = 'zod';
const schemaFile = /\.schema(\.ts)?$/;

const bare = (/** @type {string} */ file) => file.replace(/\.[cm]?[jt]s$/, '');
const within = (/** @type {string} */ file, /** @type {string} */ entry) =>
  file === entry || file.startsWith(`${entry}/`);

/**
 * Why this import is refused, or undefined.
 * @param {string} file the importing file, from the root
 * @param {string} folder its room
 * @param {string} specifier as written
 * @param {boolean} typeOnly
 */
export function refusal(file, folder, specifier, typeOnly) {
  const room = house[folder];
  if (room === undefined) {
    return folder === ''
      ? undefined
      : `${folder}/ is not a room of the house: add it to local/lint/arrows.mjs, with what it may import.`;
  }
  return specifier.startsWith('.')
    ? refusedFile(room, file, folder, path.posix.join(path.posix.dirname(file), specifier), typeOnly)
    : refusedPackage(room, file, folder, specifier, typeOnly);
}

/** @param {Room} room @param {string} file @param {string} folder @param {string} target @param {boolean} typeOnly */
function refusedFile(room, file, folder, target, typeOnly) {
  const to = bare(target);
  const pure = folder === 'domain' || folder === 'workflows';
  if (pure && schemaFile.test(to) && !typeOnly && !schemaFile.test(bare(file))) {
    return `${folder}/ takes only types from schema files ("import type"): parsing is done at the border, by who receives the value.`;
  }
  if (pure && within(to, APART) && !within(file, APART) && !typeOnly && !schemaFile.test(to)) {
    return `${folder}/ may import only types from ${APART} ("import type"): an activity calls it, and hands over instants.`;
  }
  if (within(to, folder)) return undefined;
  if (!to.includes('/') || to.startsWith('..'))
    return `${folder}/ may not import ${target}, which stands outside the house's rooms.`;
  if (room.except?.some((entry) => within(to, entry))) return `${folder}/ may not import from ${target}.`;
  const open = [...(doors[/** @type {keyof typeof doors} */ (bare(file))] ?? [])];
  if (room.folders === 'any' || [...room.folders, ...open].some((entry) => within(to, entry)))
    return undefined;
  if (room.types?.some((entry) => within(to, entry))) {
    return typeOnly ? undefined : `${folder}/ may import only types from ${target} ("import type").`;
  }
  const may = room.folders.length === 0 ? 'nothing of the others' : room.folders.join(', ');
  return `${folder}/ may not import ${target}; it may import ${may}.`;
}

/** @param {Room} room @param {string} file @param {string} folder @param {string} specifier @param {boolean} typeOnly */
function refusedPackage(room, file, folder, specifier, typeOnly) {
  if (room.packages === undefined) return undefined;
  if (within(specifier, SCHEMA_LIBRARY)) {
    return schemaFile.test(bare(file))
      ? undefined
      : `in ${folder}/, ${SCHEMA_LIBRARY} stands only in *.schema.ts files.`;
  }
  const open = Object.entries(packageDoors).filter(([, where]) => within(file, where));
  if ([...room.packages, ...open.map(([name]) => name)].some((name) => within(specifier, name)))
    return undefined;
  if (typeOnly && room.typesOfPackages?.some((name) => within(specifier, name))) return undefined;
  const what = isBuiltin(specifier) ? `the Node built-in ${specifier}` : specifier;
  return `${folder}/ may not import ${what}; of packages it may import ${room.packages.join(', ')}.`;
}

/**
 * Only `import type` loads nothing: `import { type X }` is emitted as an import of nothing, which still runs the module.
 * @param {any} node
 */
const isTypeOnly = (node) => node.importKind === 'type' || node.exportKind === 'type';

export const arrows = {
  meta: { type: 'problem' },
  /** @param {any} context */
  create(context) {
    const { file, folder } = placeOf(context.filename, context.cwd);
    const check = (/** @type {any} */ node, /** @type {any} */ source, /** @type {boolean} */ typeOnly) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const message = refusal(file, folder, source.value, typeOnly);
      if (message !== undefined) context.report({ node, message });
    };
    const declared = (/** @type {any} */ node) => check(node, node.source, isTypeOnly(node));
    return {
      ImportDeclaration: declared,
      ExportNamedDeclaration: declared,
      ExportAllDeclaration: declared,
      ImportExpression: (/** @type {any} */ node) => check(node, node.source, false),
      TSImportType: (/** @type {any} */ node) =>
        check(node, node.source ?? node.argument?.literal ?? node.argument, true),
    };
  },
};
