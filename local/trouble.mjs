// What stops a set-up and can be helped by the person who reads it: shown as plain lines, without a stack.

export class Trouble extends Error {
  /** @override */
  name = 'Trouble';
}
