// The domain has no clock and no chance: `now` is given to it, so that a replay and a property test see what the workflow saw.
import { placeOf } from './place.mjs';

/** Objects whose calls read a clock or roll dice. */
const banned = new Map([
  ['Date', new Set(['now'])],
  ['performance', new Set(['now', 'timeOrigin'])],
  ['Math', new Set(['random'])],
  ['process', new Set(['hrtime', 'uptime'])],
]);
const bannedCalls = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']);

export const noClock = {
  meta: { type: 'problem' },
  /** @param {any} context */
  create(context) {
    if (placeOf(context.filename, context.cwd).folder !== 'domain') return {};
    const report = (/** @type {any} */ node, /** @type {string} */ what) =>
      context.report({
        node,
        message: `domain/ has no clock: ${what} is banned here; take the instant as an argument.`,
      });
    return {
      NewExpression(/** @type {any} */ node) {
        if (node.callee.name === 'Date' && node.arguments.length === 0)
          report(node, 'new Date() without an argument');
      },
      CallExpression(/** @type {any} */ node) {
        if (node.callee.name === 'Date') report(node, 'Date()');
        if (bannedCalls.has(node.callee.name)) report(node, `${node.callee.name}()`);
      },
      MemberExpression(/** @type {any} */ node) {
        const name = node.computed ? node.property.value : node.property.name;
        if (banned.get(node.object.name)?.has(name)) report(node, `${node.object.name}.${name}`);
      },
    };
  },
};
